import type { Finding } from '@sftkit/sft';
import type { Paint } from '../terminal.js';
import { visibleText } from '../visible-text.js';

const COLOURS = { error: 'red', warning: 'yellow', note: 'dim' } as const;

/** One line: grade, name, what it is, what to do. */
export function formatFinding({ grade, name, problem, remedy }: Finding, paint: Paint): string {
  const text = visibleText(`${problem}${remedy === undefined ? '' : `; ${remedy}`}`);
  return `${paint(COLOURS[grade], `${grade}:`)} ${paint('bold', name)}: ${text}`;
}
