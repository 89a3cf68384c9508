import type { Source, UnknownKey } from '@sftkit/data';
import { formatNumberOf } from '../format-quantity.js';
import type { Finding } from './finding.js';

/** Keys named in one line, at most. */
const SHOWN = 6;

interface Count {
  readonly first: Source;
  last: Source;
  rows: number;
}

/** Counts the keys of rows and messages that nothing reads, so that what falls away is said. */
export class UnknownKeys {
  readonly #counts = { row: new Map<string, Count>(), message: new Map<string, Count>() };

  readonly count = ({ place, key, source }: UnknownKey): void => {
    const known = this.#counts[place].get(key);
    if (known === undefined) {
      this.#counts[place].set(key, { first: source, last: source, rows: 1 });
    } else if (known.last !== source) {
      known.last = source;
      known.rows += 1;
    }
  };

  /** One of grade note for each place that has some. */
  findings(): Finding[] {
    const { row, message } = this.#counts;
    return [
      ...finding(row, 'keys of rows that nothing reads'),
      ...finding(message, 'keys of messages that only a template may read'),
    ];
  }
}

function finding(counts: ReadonlyMap<string, Count>, what: string): Finding[] {
  if (counts.size === 0) return [];
  const shown = Array.from(counts)
    .slice(0, SHOWN)
    .map(([key, { first, rows }]) => {
      return `${JSON.stringify(key)} (${formatNumberOf(rows, 'row')}, first ${first.file}:${first.line})`;
    });
  const more = counts.size > SHOWN ? ` and ${formatNumberOf(counts.size - SHOWN, 'other')}` : '';
  return [{ grade: 'note', name: 'unknown-keys', problem: `${what}: ${shown.join(', ')}${more}` }];
}
