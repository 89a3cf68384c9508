import type { ExplainedExample } from '@sftkit/sft';

/** The characters a token stands for; what it shows by itself where none do (an added BOS). */
export function tokenText(
  { rendered, encoding }: ExplainedExample,
  at: number,
  decodeToken: (id: number) => string,
): string {
  const [start, end] = [encoding.starts[at]!, encoding.ends[at]!];
  return end > start ? rendered.text.slice(start, end) : decodeToken(encoding.ids[at]!);
}
