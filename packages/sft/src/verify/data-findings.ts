/** What rendering found in the conversations themselves, each kind once. */
import type { RenderFinding } from '@sftkit/templates';
import type { PreparedExample } from '../examples/prepare-example.js';
import { formatNumberOf } from '../format-quantity.js';
import type { Finding } from './finding.js';

const NAMES = {
  prompt: 'generation-prompt',
  end: 'end-of-turn',
  'left-out': 'tools',
  unread: 'unread',
  content: 'content',
} as const;

/** @param matchPrompt whether prompts were made equal to the turns, as far as that goes */
export function dataFindings(
  examples: readonly Pick<PreparedExample, 'findings' | 'example'>[],
  matchPrompt: boolean,
): Finding[] {
  const kinds = new Map<string, { readonly first: RenderFinding; readonly place: string; count: number }>();
  for (const { findings, example } of examples) {
    const met = new Set<string>();
    for (const finding of findings) {
      const key = `${finding.kind} ${finding.problem}`;
      const known = kinds.get(key);
      if (!known) {
        const { file, line } = example.source;
        kinds.set(key, { first: finding, place: `${file}:${line}`, count: 1 });
      } else if (!met.has(key)) known.count += 1;
      met.add(key);
    }
  }
  return [...kinds.values()].map(({ first, place, count }) => ({
    grade: 'warning',
    name: NAMES[first.kind],
    problem: `${formatNumberOf(count, 'example')}, first ${place}: ${first.problem}`,
    remedy: remedyOf(first, matchPrompt),
  }));
}

function remedyOf({ kind, prompt = '', text = '' }: RenderFinding, matchPrompt: boolean): string | undefined {
  if (kind === 'content') return 'write the content as one text';
  if (kind !== 'prompt' || matchPrompt) return undefined;
  return text.startsWith(prompt) && text !== prompt
    ? 'matchPrompt: true asks without thoughts, where the template has a switch for them'
    : 'matchPrompt: true makes the two equal';
}
