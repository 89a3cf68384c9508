/** `inspect` on a terminal: examples in colour, and a summary of all of them. */
import {
  DataFindings,
  type ExampleFacts,
  type Finding,
  factsOf,
  type PreparedExample,
  type Refusal,
  RefusedExample,
  summarizeData,
  UnknownKeys,
} from '@sftkit/sft';
import {
  explain,
  groupUnshown,
  type InspectedData,
  type Inspection,
  inspectExamples,
  isShown,
  prepareExamples,
} from '@sftkit/sft/node';
import { showMask } from '../report/show-mask.js';
import type { Terminal } from '../terminal.js';
import { visibleText } from '../visible-text.js';
import { formatSummary } from './format-summary.js';

export async function printExamples(
  options: InspectedData,
  inspection: Inspection,
  { out, paint, columns }: Terminal,
): Promise<void> {
  const decodeToken = (id: number) => inspection.tokenizer.decodeToken(id);
  const colours = paint('green', 'x') !== 'x';
  const learnt = colours ? paint('green', 'green') : '[in brackets]';
  const rest = colours
    ? `, ${paint('cyan', 'control tokens')}, ${paint('dim', 'what the template wrote')}`
    : '';
  out(`What is learnt is ${learnt}${rest}.\n\n`);
  const facts: ExampleFacts[] = [];
  const refused: Refusal[] = [];
  const findings = new Set<Finding>();
  const unknownKeys = new UnknownKeys();
  const ofData = new DataFindings();
  const keep = (one: PreparedExample): void => {
    facts.push(factsOf(one));
    ofData.add(one);
  };
  for await (const group of groupUnshown(
    inspectExamples({ ...options, onUnknownKey: unknownKeys.count }, inspection),
    options,
  )) {
    for (const finding of group.flatMap(({ findings: met }) => met)) findings.add(finding);
    const { example, prepare } = group.at(-1)!;
    if (!isShown(options, example.index)) {
      const all = group.map(({ example: one }) => one);
      const result = await prepareExamples(all, prepare, { threads: options.threads });
      for (const one of result.prepared) keep(one);
      for (const one of result.refused) refused.push(one);
      continue;
    }
    const explained = explain(example, prepare);
    const place = paint('bold', visibleText(`${example.source.file}:${example.source.line}`));
    if (explained instanceof RefusedExample) {
      refused.push(explained.refusal);
      out(`${place}  ${paint('red', 'refused:')} ${visibleText(explained.refusal.detail)}\n\n`);
      continue;
    }
    keep(explained);
    out(`${place}  ${explained.supervisedTokens} of ${explained.inputIds.length} tokens supervised\n`);
    out(`${showMask(explained, paint, { colours, decodeToken }).trimEnd()}\n\n`);
  }
  const summary = summarizeData(facts, refused, options.length);
  out(
    formatSummary(summary, {
      paint,
      columns,
      length: options.length,
      findings: [...findings, ...ofData.findings(options.matchPrompt === true), ...unknownKeys.findings()],
    }),
  );
}
