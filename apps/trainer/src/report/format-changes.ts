import { formatBytes, formatCount } from '../format-quantity.js';
import type { Terminal } from '../terminal.js';
import type { RunDirectory } from '../train/run-directory.js';
import type { RunResult } from '../train/run-training.js';
import { visibleText } from '../visible-text.js';

/** What training changed, for a person: losses, ended turns, and answers side by side. */
export function formatChanges(
  { before, after, summary }: RunResult,
  directory: RunDirectory,
  { paint }: Terminal,
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
  const speed =
    typeof summary.tokensPerSecond === 'number' ? `${formatCount(summary.tokensPerSecond)} tokens/s, ` : '';
  lines.push('', `${speed}peak memory ${formatBytes(summary.peakMemoryBytes as number)}, ${summary.backend}`);
  lines.push(`Model: ${directory.model}`, `Summary: ${directory.summary}`, '');
  return lines.join('\n');
}

/** A label and a text whose further lines stand below its first. */
function block(label: string, text: string, paintLine: (text: string) => string): string[] {
  const shown = visibleText(text.trim());
  const [first = '', ...rest] = (shown === '' ? '(nothing)' : shown).split('\n');
  return [`  ${label}  ${paintLine(first)}`, ...rest.map((line) => `         ${paintLine(line)}`)];
}
