/** Colours end before a line does, so that no terminal paints the rest of it. */
export function paintLines(text: string, paintLine: (line: string) => string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : paintLine(line)))
    .join('\n');
}
