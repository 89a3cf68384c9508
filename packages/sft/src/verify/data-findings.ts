/** What rendering found in the conversations themselves, each kind once. */
import type { Source } from '@sftkit/data';
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

interface Kind {
  readonly first: RenderFinding;
  readonly source: Source;
  count: number;
}

/** Counts what rendering found, one example at a time. */
export class DataFindings {
  readonly #kinds = new Map<string, Kind>();

  add({ findings, source }: Pick<PreparedExample, 'findings' | 'source'>): void {
    const met = new Set<string>();
    for (const finding of findings) {
      const key = `${finding.kind} ${finding.problem}`;
      if (!met.has(key)) this.#count(key, { first: finding, source, count: 1 });
      met.add(key);
    }
  }

  /** Counts what was found in examples that follow these. */
  append(other: DataFindings): void {
    for (const [key, kind] of other.#kinds) this.#count(key, kind);
  }

  /**
   * Each kind once, in the order in which they were met.
   * @param matchPrompt whether prompts were made equal to the turns, as far as that goes
   */
  findings(matchPrompt: boolean): Finding[] {
    return [...this.#kinds.values()].map(({ first, source: { file, line }, count }) => ({
      grade: 'warning',
      name: NAMES[first.kind],
      problem: `${formatNumberOf(count, 'example')}, first ${file}:${line}: ${first.problem}`,
      remedy: remedyOf(first, matchPrompt),
    }));
  }

  #count(key: string, kind: Kind): void {
    const known = this.#kinds.get(key);
    if (known === undefined) this.#kinds.set(key, { ...kind });
    else known.count += kind.count;
  }
}

function remedyOf({ kind, prompt = '', text = '' }: RenderFinding, matchPrompt: boolean): string | undefined {
  if (kind === 'content') return 'write the content as one text';
  if (kind !== 'prompt' || matchPrompt) return undefined;
  return text.startsWith(prompt) && text !== prompt
    ? 'matchPrompt: true asks without thoughts, where the template has a switch for them'
    : 'matchPrompt: true makes the two equal';
}
