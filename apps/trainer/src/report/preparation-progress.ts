/** How many examples are prepared: one line that changes on a terminal and goes in the end, nothing elsewhere. */
import { formatCount } from '@sftkit/sft';
import type { Terminal } from '../terminal.js';

const CLEAR = '\r\u001b[K';

export interface PreparationProgress {
  readonly show: (done: number, all: number) => void;
  readonly end: () => void;
}

export function preparationProgress({ out, isTTY }: Pick<Terminal, 'out' | 'isTTY'>): PreparationProgress {
  let hasLine = false;
  return {
    show: (done, all) => {
      if (!isTTY) return;
      out(`${CLEAR}${formatCount(done)} of ${formatCount(all)} examples prepared`);
      hasLine = true;
    },
    end: () => {
      if (hasLine) out(CLEAR);
      hasLine = false;
    },
  };
}
