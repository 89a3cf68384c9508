/** docs/jinja.md: what the engine does with the small templates, in numbers. */

export interface Comparison {
  readonly group: string;
  readonly source: string;
  /** What jinja2 writes; undefined where it raises. */
  readonly text?: string | undefined;
  /** What this engine writes. */
  readonly written?: string | undefined;
  /** The message of its error. */
  readonly error?: string | undefined;
  /** Whether it refuses by name what jinja2 renders. */
  readonly isRefused: boolean;
}

/** Filters, tests, methods and operators have a row each kind; the other groups one each. */
const rowOf = (group: string): string => {
  const kind = /^(filter|test|method|operator|chat)s?\b/.exec(group)?.[1];
  return kind === undefined || group === 'filter block'
    ? group
    : kind === 'chat'
      ? 'chat templates'
      : `${kind}s`;
};

export function jinjaPage(comparisons: readonly Comparison[]): string {
  const rows = new Map<string, Comparison[]>();
  for (const one of comparisons) rows.set(rowOf(one.group), [...(rows.get(rowOf(one.group)) ?? []), one]);
  const counted = (ones: readonly Comparison[]): readonly number[] => [
    ones.length,
    ones.filter(({ text, written }) => text !== undefined && written === text).length,
    ones.filter(({ text, written }) => text === undefined && written === undefined).length,
    ones.filter(({ isRefused }) => isRefused).length,
    ones.filter(({ text, written, isRefused }) => text !== written && !isRefused).length,
  ];
  const line = (name: string, ones: readonly Comparison[]): string =>
    `| ${name} | ${counted(ones)
      .map((count) => count.toLocaleString('en'))
      .join(' | ')} |`;
  const reasons = new Map<string, Comparison[]>();
  for (const one of comparisons.filter(({ isRefused }) => isRefused)) {
    const reason = (one.error ?? '')
      .replace(/^.*?: (?:the template failed: )?/, '')
      .replace(/ \(template .*$/s, '');
    reasons.set(reason, [...(reasons.get(reason) ?? []), one]);
  }
  const refused = [...reasons]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([reason, ones]) => `| ${ones.length} | ${cell(reason)} | ${code(ones[0]!.source)} |`);
  return `# Jinja, as jinja2 runs it

Small templates that jinja2 3.1.6 rendered with the settings of transformers (\`tools/golden/expressions.py\`): every filter,
test, method, operator, global and statement of the Template Designer Documentation, on every type of value. The tests of
\`packages/templates\` write this page.

| | cases | same text | both raise | refused by name | other text |
| --- | ---: | ---: | ---: | ---: | ---: |
${[...rows].map(([name, ones]) => line(name, ones)).join('\n')}
${line('**all**', comparisons)}

## Refused by name

What jinja2 renders and this engine does not, with an error that says so.

| cases | reason | such as |
| ---: | --- | --- |
${refused.join('\n')}

## Known differences

- jinja2 works constants out while it compiles, and there a slice of a number is nothing (\`{{ 3[:2] }}\`) and an infinite
  number inside of a list has no name; here the one is an error as at run time, the other a number.
- jinja2's generators fail when they are gone through; here a filter fails at once, also where nobody looks at its result.
- A namespace that holds itself is an error here.
- The last digit of a power of two floats may differ.
`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const code = (source: string): string => {
  const shown = JSON.stringify(source).slice(1, -1).replaceAll('\\"', '"');
  return `\`\` ${cell(shown.length > 90 ? `${shown.slice(0, 90)}…` : shown)} \`\``;
};
