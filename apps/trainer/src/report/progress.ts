/** How far training is: one line that changes on a terminal, plain lines elsewhere. */
import { formatCount, formatDuration } from '@sftkit/sft';
import type { StepReport } from '@sftkit/trainer';
import type { Terminal } from '../terminal.js';

const BAR_WIDTH = 24;
/** Plain lines of a whole run, about. */
const PLAIN_LINES = 25;

export interface Progress {
  step(report: StepReport, secondsLeft: number): void;
  /** A line of its own between the steps. */
  remark(text: string): void;
  end(): void;
}

export function progress(terminal: Terminal, steps: number): Progress {
  const { out, isTTY, paint } = terminal;
  const every = Math.max(1, Math.round(steps / PLAIN_LINES));
  let hasLine = false;
  const clear = () => {
    if (hasLine) out('\r\u001b[K');
    hasLine = false;
  };
  return {
    step(report, secondsLeft) {
      const text = describeStep(report, steps, secondsLeft);
      if (isTTY) {
        const filled = Math.round((BAR_WIDTH * report.step) / steps);
        clear();
        out(`${paint('green', '━'.repeat(filled))}${paint('dim', '━'.repeat(BAR_WIDTH - filled))} ${text}`);
        hasLine = true;
      } else if (report.step === 1 || report.step === steps || report.step % every === 0) {
        out(`${text}\n`);
      }
    },
    remark(text) {
      clear();
      out(`${text}\n`);
    },
    end() {
      if (hasLine) out('\n');
      hasLine = false;
    },
  };
}

function describeStep(
  { step, loss, tokensPerSecond }: StepReport,
  steps: number,
  secondsLeft: number,
): string {
  const rate = `${formatCount(tokensPerSecond)} tokens/s`;
  return `step ${step}/${steps}  loss ${loss.toFixed(4)}  ${rate}  ${formatDuration(secondsLeft)} left`;
}
