import { type FinishedEvent, formatBytes, formatCount } from '@sftkit/sft';
import type { Terminal } from '../terminal.js';
import { visibleText } from '../visible-text.js';

/** What training changed, for a person: losses, ended turns, and answers side by side. */
export function formatChanges(
  { before, after, summary, written }: FinishedEvent,
  { paint }: Pick<Terminal, 'paint'>,
): string {
  const lines: string[] = ['', paint('bold', 'What changed')];
  if (before.evaluation !== undefined && after.evaluation !== undefined) {
    const count = formatCount(after.evaluation.supervisedTokens);
    lines.push(
      `  held-out loss   ${before.evaluation.loss.toFixed(4)} -> ${after.evaluation.loss.toFixed(4)} nats per token, over ${count} learnt tokens`,
    );
  }
  if (after.answers.prompts > 0) {
    lines.push(
      `  ends its turn   ${before.answers.endsTurn} -> ${after.answers.endsTurn} of ${after.answers.prompts} held-out prompts`,
    );
  }
  for (const [index, { prompt, answer }] of after.answers.samples.entries()) {
    lines.push('', `  ${paint('cyan', visibleText(prompt))}`);
    lines.push(...block('base ', before.answers.samples[index]?.answer ?? '', (text) => paint('dim', text)));
    lines.push(...block('tuned', answer, (text) => text));
  }
  const speed = summary.tokensPerSecond === null ? '' : `${formatCount(summary.tokensPerSecond)} tokens/s, `;
  lines.push('', `${speed}peak memory ${formatBytes(summary.peakMemoryBytes ?? 0)}, ${summary.backend}`);
  if (summary.stoppedEarly) {
    lines.push(`Stopped after step ${formatCount(summary.steps)}: the held-out loss fell no more.`);
  }
  if (written !== undefined) lines.push(`Model: ${written.model}`);
  if (written?.best !== undefined && summary.best !== null) {
    const { step, heldOutLoss } = summary.best;
    lines.push(`Best:  ${written.best} (step ${formatCount(step)}, held-out loss ${heldOutLoss.toFixed(4)})`);
  }
  if (written !== undefined) lines.push(`Summary: ${written.summary}`);
  lines.push('');
  return lines.join('\n');
}

/** A label and a text whose further lines stand below its first. */
function block(label: string, text: string, paintLine: (text: string) => string): string[] {
  const shown = visibleText(text.trim());
  const [first = '', ...rest] = (shown === '' ? '(nothing)' : shown).split('\n');
  return [`  ${label}  ${paintLine(first)}`, ...rest.map((line) => `         ${paintLine(line)}`)];
}
