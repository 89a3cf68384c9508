/** `inspect --html`: the examples of a file in one page; of a large file, some of them and the figures of all. */

import { writeFile } from 'node:fs/promises';
import {
  DataFindings,
  type Finding,
  formatBytes,
  formatCount,
  formatNumberOf,
  RefusedExample,
  UnknownKeys,
} from '@sftkit/sft';
import { explain, type InspectedData, type Inspection, inspectExamples } from '@sftkit/sft/node';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import { inspectionPage } from './inspection-page.js';
import { pageExample, refusedPageExample } from './page-example.js';
import { masksOf } from './page-masks.js';
import { PageSample } from './page-sample.js';
import { PageTotals } from './page-totals.js';

/** Of the examples in a page: browsers open it within seconds, and programs that send files let it pass. */
const MOST_BYTES = 50e6;

/**
 * @param limits mostBytes: of the examples' JSON; the page holds no more of them
 * @throws {UserError} if the file cannot be written
 */
export async function writePage(
  file: string,
  options: InspectedData,
  inspection: Inspection,
  { out, paint }: Pick<Terminal, 'out' | 'paint'>,
  { mostBytes = MOST_BYTES }: { readonly mostBytes?: number } = {},
): Promise<void> {
  const totals = new PageTotals();
  const sample = new PageSample({ mostBytes, always: options.example });
  const findings = new Set<Finding>();
  const unknownKeys = new UnknownKeys();
  const ofData = new DataFindings();
  const names: Record<string, string> = {};
  let templateName: string | null = null;
  for await (const { example, prepare, findings: met } of inspectExamples(
    { ...options, onUnknownKey: unknownKeys.count },
    inspection,
  )) {
    for (const finding of met) findings.add(finding);
    templateName ??= prepare.template?.name ?? null;
    const explained = explain(example, prepare);
    if (explained instanceof RefusedExample) {
      totals.addRefused();
      sample.offer(example.index, true, () => refusedPageExample(example, explained.refusal.detail));
      continue;
    }
    const masks = masksOf(explained, prepare.template);
    totals.add(explained, masks);
    ofData.add(explained);
    sample.offer(example.index, explained.findings.length > 0, () => {
      const { ids, starts, ends } = explained.encoding;
      for (const [at, id] of ids.entries()) {
        if (starts[at] === ends[at]) names[id] ??= inspection.tokenizer.decodeToken(id);
      }
      return pageExample(explained, masks);
    });
  }
  const examples = sample.examples();
  const whole = totals.whole();
  const isWhole = examples.length === whole.examples;
  const page = inspectionPage(
    {
      data: options.data,
      tokenizer: inspection.directory,
      template: templateName,
      policy: options.mask,
      first: options.example ?? 0,
      length: options.length ?? null,
      names,
      findings: [...findings, ...ofData.findings(options.matchPrompt === true), ...unknownKeys.findings()],
      whole,
      sample: isWhole ? null : describeSample(examples.length, whole.examples),
    },
    examples,
  );
  const size = formatBytes(await write(file, page));
  const all = formatNumberOf(whole.examples, 'example');
  const held = isWhole ? all : `${formatCount(examples.length)} of ${all}`;
  out(`${paint('bold', file)}: ${held}, ${size}; open it in a browser\n`);
  if (!isWhole) out(`${describeSample(examples.length, whole.examples)}\n`);
}

function describeSample(held: number, all: number): string {
  return (
    `The page shows ${formatCount(held)} of ${formatCount(all)} examples: first those that are refused or have findings, ` +
    `then others evenly spread over the file. The figures count all ${formatCount(all)}. ` +
    'To choose others, use --limit N (the first N examples) or --example N (that one, too).'
  );
}

/** @returns bytes written */
async function write(file: string, pieces: Iterable<string>): Promise<number> {
  let bytes = 0;
  function* counted(): Generator<string> {
    for (const piece of pieces) {
      bytes += Buffer.byteLength(piece);
      yield piece;
    }
  }
  try {
    await writeFile(file, counted());
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UserError(`--html: expected a file that can be written, got ${file} (${code})`, { cause });
  }
  return bytes;
}
