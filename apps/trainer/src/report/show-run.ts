/** A run as a person sees it: what was prepared, a line of progress, what changed. */

import { formatReport } from '@sftkit/masking';
import {
  explainExample,
  type FinishedEvent,
  formatBytes,
  formatCount,
  formatDuration,
  formatNumberOf,
  formatRefusals,
  type PreparedEvent,
  type ReadRecipe,
  type RunEvent,
  unlearnableCharacters,
} from '@sftkit/sft';
import { sizeOf } from '@sftkit/tensor';
import type { Terminal } from '../terminal.js';
import { visibleText } from '../visible-text.js';
import { formatChanges } from './format-changes.js';
import { formatFinding } from './format-finding.js';
import { formatRecipe } from './format-recipe.js';
import { type Progress, progress } from './progress.js';
import { showMask } from './show-mask.js';

/** @returns told each event in turn */
export function showRun(
  read: ReadRecipe,
  { dryRun }: { readonly dryRun: boolean },
  terminal: Terminal,
): (event: RunEvent) => void {
  let shown: Progress | undefined;
  return (event) => {
    switch (event.type) {
      case 'prepared':
        for (const note of event.notes) terminal.err(`note: ${visibleText(note)}\n`);
        describeRun(read, event, dryRun, terminal);
        shown = progress(terminal, event.run.steps);
        return;
      case 'step':
        shown?.step(event, event.secondsLeft);
        return;
      case 'evaluation':
        if (event.step > 0) shown?.remark(`step ${event.step}: held-out loss ${event.loss.toFixed(4)}`);
        return;
      case 'stopped':
        shown?.end();
        return;
      case 'finished':
        shown?.end();
        describeEnd(event, terminal);
        return;
    }
  };
}

function describeRun(read: ReadRecipe, event: PreparedEvent, isDry: boolean, terminal: Terminal): void {
  const { out, paint } = terminal;
  const { base, steps, data, refused, findings, trainReport, heldOutReport, train } = event.run;
  if (isDry) out(`${formatRecipe(read, paint)}\n`);
  for (const note of base.notes) out(`Note: ${visibleText(note)}\n`);
  for (const finding of findings) out(`${formatFinding(finding, paint)}\n`);
  for (const line of formatRefusals(refused)) out(`${paint('yellow', 'Refused:')} ${visibleText(line)}\n`);
  out(`Training data. ${formatReport(trainReport)}\n`);
  const unlearnable = unlearnableCharacters(train.kept);
  if (unlearnable > 0) {
    out(
      `${formatNumberOf(unlearnable, 'character')} of the assistant cannot be learnt: nothing stands before them.\n`,
    );
  }
  out(heldOutReport.examples === 0 ? 'Nothing is held out.\n' : `Held out. ${formatReport(heldOutReport)}\n`);
  if (read.recipe.report.mask) describeMask(event, terminal);
  const parameters = base.model.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  out(
    `Model: ${base.config.family}, ${formatCount(parameters)} parameters. ${formatCount(steps)} steps, ${formatCount(data.stepsPerEpoch)} an epoch.\n`,
  );
  out(`Backend: ${event.backend.description} (${event.backend.reason})\n`);
  out(`${describeMemory(event)}\n`);
  if (event.seconds !== undefined)
    out(`Predicted time: ${formatDuration(event.seconds)} for the steps to come.\n`);
  if (event.resumed !== undefined && !isDry) {
    out(`Resuming from ${event.resumed.from} at step ${event.resumed.step}\n`);
  }
}

/** One example in colour, or in brackets where there are no colours. */
function describeMask({ run }: PreparedEvent, { out, paint }: Terminal): void {
  const { heldOut, train } = run.firstKept;
  const [first] = heldOut.length > 0 ? heldOut : train;
  if (first === undefined) return;
  const { tokenizer } = run.base;
  const colours = paint('green', 'x') !== 'x';
  out('\nOne example as the model reads it; only what is ');
  out(`${colours ? paint('green', 'green') : '[in brackets]'} is learnt:\n\n`);
  out(
    `${showMask(explainExample(first, run.prepare), paint, { colours, decodeToken: (id) => tokenizer.decodeToken(id) })}\n\n`,
  );
}

function describeMemory({ memory: { processBytes, residentBytes, workingBytes } }: PreparedEvent): string {
  const parts = `parameters, gradients and moments ${formatBytes(residentBytes)}, intermediates ${formatBytes(workingBytes)}`;
  return processBytes === undefined
    ? `Predicted memory: ${formatBytes(residentBytes + workingBytes)} besides the process itself (${parts}).`
    : `Predicted memory: ${formatBytes(processBytes)} at the peak of the process (${parts}).`;
}

function describeEnd(event: FinishedEvent, terminal: Terminal): void {
  terminal.out(formatChanges(event, terminal));
}

/** The same for programs: one object a line. */
export function eventJson(event: RunEvent): unknown {
  switch (event.type) {
    case 'prepared': {
      const { type, backend, resumed } = event;
      return { type, ...predictionJson(event), backend: backend.name, resumed };
    }
    case 'finished':
      return { type: event.type, summary: event.summary, written: event.written };
    default:
      return event;
  }
}

/** What is known of a run before its first step. */
export function predictionJson({ run, memory, seconds, tokens, resumed }: PreparedEvent) {
  return {
    predictedSeconds: seconds ?? null,
    predictedPeakBytes: memory.processBytes ?? memory.residentBytes + memory.workingBytes,
    steps: run.steps - (resumed?.step ?? 0),
    tokens,
  };
}
