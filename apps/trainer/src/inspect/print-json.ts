/** `inspect --json`, which other programs rely on. */

import { IGNORE_INDEX, tokenRoles } from '@sftkit/masking';
import {
  DataFindings,
  type ExplainedExample,
  type Finding,
  formatRefusals,
  type Refusal,
  RefusedExample,
  UnknownKeys,
} from '@sftkit/sft';
import { explain, type InspectedData, type Inspection, inspectExamples } from '@sftkit/sft/node';
import { formatFinding } from '../report/format-finding.js';
import type { Terminal } from '../terminal.js';
import { tokenText } from './token-text.js';

/** A line for each example; what is refused has no tokens, and says why. */
export async function printJson(
  options: InspectedData,
  inspection: Inspection,
  { out, err, paint }: Terminal,
): Promise<void> {
  const decodeToken = (id: number) => inspection.tokenizer.decodeToken(id);
  const refused: Refusal[] = [];
  const findings = new Set<Finding>();
  const unknownKeys = new UnknownKeys();
  const ofData = new DataFindings();
  const data = { ...options, onUnknownKey: unknownKeys.count };
  for await (const { example, prepare, findings: met } of inspectExamples(data, inspection)) {
    for (const finding of met) findings.add(finding);
    const explained = explain(example, prepare);
    if (explained instanceof RefusedExample) refused.push(explained.refusal);
    else ofData.add(explained);
    const { index } = example;
    if (options.example !== undefined && options.example !== index) continue;
    const described =
      explained instanceof RefusedExample
        ? {
            index,
            text: '',
            tokens: [],
            supervisedTokens: 0,
            totalTokens: 0,
            refused: explained.refusal.detail,
          }
        : describe(explained, decodeToken);
    out(`${JSON.stringify(described)}\n`);
  }
  for (const line of formatRefusals(refused)) err(`note: ${line}\n`);
  const found = [...findings, ...ofData.findings(options.matchPrompt === true), ...unknownKeys.findings()];
  for (const finding of found) {
    err(`${formatFinding(finding, paint)}\n`);
  }
}

/** Offsets are UTF-16 code units of `text`. */
function describe(explained: ExplainedExample, decodeToken: (id: number) => string) {
  const { example, rendered, encoding, labels, supervisedTokens } = explained;
  const roles = tokenRoles(rendered, encoding);
  const tokens = Array.from(encoding.ids, (id, at) => ({
    id,
    text: tokenText(explained, at, decodeToken),
    start: encoding.starts[at]!,
    end: encoding.ends[at]!,
    supervised: labels[at] !== IGNORE_INDEX,
    role: roles[at]!,
  }));
  return {
    index: example.index,
    text: rendered.text,
    tokens,
    supervisedTokens,
    totalTokens: tokens.length,
    ...(rendered.findings.length > 0 ? { findings: rendered.findings } : {}),
  };
}
