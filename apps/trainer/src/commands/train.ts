import { totalmem } from 'node:os';
import { formatReport } from '@sftkit/masking';
import { type Backend, sizeOf } from '@sftkit/tensor';
import { objectiveProgram } from '@sftkit/trainer';
import { Command } from 'commander';
import { chooseBackend } from '../choose-backend.js';
import { formatBytes, formatCount, formatNumberOf } from '../format-quantity.js';
import { checkFits, predictMemory } from '../predict-memory.js';
import { explainExample, unlearnableCharacters } from '../prepare/prepare-example.js';
import { formatRefusals } from '../prepare/refusal.js';
import { formatRecipe } from '../recipe/format-recipe.js';
import { type ReadRecipe, readRecipe } from '../recipe/read-recipe.js';
import { formatChanges } from '../report/format-changes.js';
import { preparationProgress } from '../report/preparation-progress.js';
import { showMask } from '../report/show-mask.js';
import type { Terminal } from '../terminal.js';
import { type PreparedRun, prepareRun } from '../train/prepare-run.js';
import { checkFree, checkpointToResume, clearRun, runDirectory } from '../train/run-directory.js';
import { checkSameRun } from '../train/run-fields.js';
import { lockRun } from '../train/run-lock.js';
import { runTraining } from '../train/run-training.js';
import { withStopSignal } from '../train/stop-signals.js';
import { formatFinding } from '../verify/finding.js';
import { visibleText } from '../visible-text.js';

interface TrainOptions {
  readonly dryRun?: boolean;
  readonly resume?: boolean | string;
  readonly overwrite?: boolean;
}

export function trainCommand(terminal: Terminal): Command {
  return new Command('train')
    .description('Train a model as a recipe says, into a run directory')
    .argument('<recipe>', 'YAML file; see recipes/')
    .argument('[overrides...]', 'key=value, dotted, for any key of the recipe')
    .option('--dry-run', 'show the resolved recipe, token statistics and predicted memory; train nothing')
    .option('--resume [dir]', "go on from a checkpoint: the run's newest, or the one named")
    .option('--overwrite', 'replace a run that the output directory already holds')
    .addHelpText(
      'after',
      `
Examples:
  $ sftkit train recipes/quickstart.yaml
  $ sftkit train recipes/lima.yaml model=./SmolLM2-135M data.train=demos.jsonl --dry-run
  $ sftkit train recipes/lima.yaml model=./SmolLM2-135M data.train=demos.jsonl optimizer.learningRate=2e-5
  $ sftkit train recipes/lima.yaml model=./SmolLM2-135M data.train=demos.jsonl --resume`,
    )
    .action((recipe: string, overrides: string[], options: TrainOptions) =>
      train(readRecipe(recipe, overrides), options, terminal),
    );
}

async function train(read: ReadRecipe, options: TrainOptions, terminal: Terminal): Promise<void> {
  const { recipe } = read;
  const directory = runDirectory(recipe.output);
  const resumes = options.resume !== undefined && options.resume !== false;
  const resumeFrom = resumes
    ? await checkpointToResume(directory, options.resume as true | string, (problem) =>
        terminal.err(`note: passed over ${problem}\n`),
      )
    : undefined;
  if (!resumes && options.dryRun !== true) {
    checkFree(directory, { overwrite: options.overwrite === true });
  }
  if (options.dryRun === true) return prepareAndTrain(read, resumeFrom, options, terminal);
  const lock = await lockRun(directory.path);
  if (lock.takenFrom !== undefined) {
    terminal.err(
      `note: ${directory.path}: pid ${lock.takenFrom}, which wrote this run, is gone; going on without it\n`,
    );
  }
  try {
    await prepareAndTrain(read, resumeFrom, options, terminal);
  } finally {
    await lock.release();
  }
}

async function prepareAndTrain(
  read: ReadRecipe,
  resumeFrom: string | undefined,
  options: TrainOptions,
  terminal: Terminal,
): Promise<void> {
  const { recipe } = read;
  const directory = runDirectory(recipe.output);
  const preparing = preparationProgress(terminal);
  const run = await prepareRun(recipe, { resumeFrom, onProgress: preparing.show }).finally(preparing.end);
  if (run.checkpoint !== undefined) {
    checkSameRun(run.checkpoint.run, recipe, run);
  }
  describeRun(read, run, options.dryRun === true, terminal);
  const chosen = await chooseBackend(recipe.backend, { threads: recipe.threads });
  try {
    terminal.out(`Backend: ${chosen.backend.description} (${chosen.reason})\n`);
    describeMemory(run, chosen.backend, terminal);
    if (options.dryRun === true) return;
    if (resumeFrom === undefined) await clearRun(directory);
    else terminal.out(`Resuming from ${resumeFrom} at step ${run.checkpoint?.state.step}\n`);
    const result = await withStopSignal((stop) => runTraining(read, run, directory, chosen, terminal, stop));
    terminal.out(formatChanges(result, directory, terminal));
  } finally {
    await chosen.dispose();
  }
}

function describeRun(read: ReadRecipe, run: PreparedRun, isDry: boolean, { out, paint }: Terminal): void {
  const { base, steps, data, refused, findings, trainReport, heldOutReport } = run;
  if (isDry) out(`${formatRecipe(read, paint)}\n`);
  for (const note of base.notes) out(`Note: ${visibleText(note)}\n`);
  for (const finding of findings) out(`${formatFinding(finding, paint)}\n`);
  for (const line of formatRefusals(refused)) out(`${paint('yellow', 'Refused:')} ${line}\n`);
  out(`Training data. ${formatReport(trainReport)}\n`);
  const unlearnable = unlearnableCharacters(run.train.kept);
  if (unlearnable > 0) {
    out(
      `${formatNumberOf(unlearnable, 'character')} of the assistant cannot be learnt: nothing stands before them.\n`,
    );
  }
  out(heldOutReport.examples === 0 ? 'Nothing is held out.\n' : `Held out. ${formatReport(heldOutReport)}\n`);
  const [first] = run.heldOut.kept.length > 0 ? run.heldOut.kept : run.train.kept;
  if (read.recipe.report.mask && first !== undefined) {
    out('\nOne example as the model reads it; only what is ');
    const colours = paint('green', 'x') !== 'x';
    out(`${colours ? paint('green', 'green') : '[in brackets]'} is learnt:\n\n`);
    out(
      `${showMask(explainExample(first.example, run.prepare), paint, { colours, decodeToken: (id) => base.tokenizer.decodeToken(id) })}\n\n`,
    );
  }
  const parameters = base.model.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  out(
    `Model: ${base.config.family}, ${formatCount(parameters)} parameters. ${formatCount(steps)} steps, ${formatCount(data.stepsPerEpoch)} an epoch.\n`,
  );
}

/** @throws {UserError} if the run will not fit into memory */
function describeMemory(run: PreparedRun, backend: Backend, { out }: Terminal): void {
  const { base, shape, evaluation, programs, data } = run;
  const predicted = predictMemory(backend, base.model, programs, {
    objective:
      evaluation.batches.length === 0
        ? undefined
        : objectiveProgram(base.model, {
            ...shape,
            capacity: evaluation.capacity,
            longestSegment: evaluation.longestSegment,
          }),
    accumulates: data.batches(0, 0).length > 1,
    resumes: run.checkpoint !== undefined,
    presentBytes: process.memoryUsage.rss(),
  });
  const { processBytes, residentBytes, workingBytes } = predicted;
  const parts = `parameters, gradients and moments ${formatBytes(residentBytes)}, intermediates ${formatBytes(workingBytes)}`;
  out(
    processBytes === undefined
      ? `Predicted memory: ${formatBytes(residentBytes + workingBytes)} besides the process itself (${parts}).\n`
      : `Predicted memory: ${formatBytes(processBytes)} at the peak of the process (${parts}).\n`,
  );
  checkFits(predicted, memoryLimit());
}

/** Memory of this machine, or of the container around this process. */
function memoryLimit(): number {
  const constrained = process.constrainedMemory() ?? 0; // 0 or a number beyond all memory where there is no limit
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
