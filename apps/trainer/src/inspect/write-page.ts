/** `inspect --html`: every example in one page. */

import { writeFileSync } from 'node:fs';
import {
  DataFindings,
  type Finding,
  formatBytes,
  formatNumberOf,
  type PreparedExample,
  RefusedExample,
  UnknownKeys,
} from '@sftkit/sft';
import { explain, type InspectedData, type Inspection, inspectExamples } from '@sftkit/sft/node';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import { inspectionPage } from './inspection-page.js';
import { type PageExample, pageExample, refusedPageExample } from './page-example.js';

/** @throws {UserError} if the file cannot be written */
export async function writePage(
  file: string,
  options: InspectedData,
  inspection: Inspection,
  { out, paint }: Terminal,
): Promise<void> {
  const examples: PageExample[] = [];
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
    const { template } = prepare;
    templateName ??= template?.name ?? null;
    const explained = explain(example, prepare);
    if (explained instanceof RefusedExample) {
      examples.push(refusedPageExample(explained));
      continue;
    }
    examples.push(pageExample(explained, template));
    ofData.add(explained);
    const { ids, starts, ends } = explained.encoding;
    for (const [at, id] of ids.entries()) {
      if (starts[at] === ends[at]) names[id] ??= inspection.tokenizer.decodeToken(id);
    }
  }
  const html = inspectionPage({
    data: options.data,
    tokenizer: inspection.directory,
    template: templateName,
    policy: options.mask,
    first: options.example ?? 0,
    length: options.length ?? null,
    names,
    findings: [
      ...findings,
      ...ofData.findings(options.matchPrompt === true),
      ...unknownKeys.findings(),
    ],
    examples,
  });
  write(file, html);
  const size = formatBytes(Buffer.byteLength(html));
  out(
    `${paint('bold', file)}: ${formatNumberOf(examples.length, 'example')}, ${size}; open it in a browser\n`,
  );
}

function write(file: string, html: string): void {
  try {
    writeFileSync(file, html);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UserError(`--html: expected a file that can be written, got ${file} (${code})`, { cause });
  }
}
