/** How many examples are prepared: one line that changes on a terminal and goes in the end, nothing elsewhere. */
import { formatNumberOf } from '@sftkit/sft';
import type { Terminal } from '../terminal.js';

const CLEAR = '\r\u001b[K';

export interface PreparationProgress {
  readonly show: (done: number) => void;
  readonly end: () => void;
}

export function preparationProgress({ out, isTTY }: Pick<Terminal, 'out' | 'isTTY'>): PreparationProgress {
  let hasLine = false;
  return {
    show: (done) => {
      if (!isTTY) return;
      out(`${CLEAR}${formatNumberOf(done, 'example')} prepared`);
      hasLine = true;
    },
    end: () => {
      if (hasLine) out(CLEAR);
      hasLine = false;
    },
  };
}
