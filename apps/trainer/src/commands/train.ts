import { existsSync } from 'node:fs';
import { parseRecipe, type ReadRecipe, type StoppedEvent } from '@sftkit/sft';
import { readRecipe, runRecipe } from '@sftkit/sft/node';
import { Command } from 'commander';
import { preparationProgress } from '../report/preparation-progress.js';
import { eventJson, predictionJson, showRun } from '../report/show-run.js';
import { StoppedError, withStopSignal } from '../stop-signals.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

interface TrainOptions {
  readonly dryRun?: boolean;
  readonly resume?: boolean | string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

export function trainCommand(terminal: Terminal): Command {
  return new Command('train')
    .description('Train a model as a recipe says, into a run directory')
    .argument('[recipe]', 'YAML file; see recipes/. Without one, every key is said by key=value')
    .argument('[overrides...]', 'key=value, dotted, for any key of the recipe')
    .option('--dry-run', 'show the recipe, token statistics, predicted memory and time; train nothing')
    .option('--resume [dir]', "go on from a checkpoint: the run's newest, or the one named")
    .option('--overwrite', 'replace a run that the output directory already holds')
    .option('--json', 'one JSON object a line for each event; of a dry run, the prediction alone')
    .addHelpText(
      'after',
      `
Examples:
  $ sftkit train recipes/quickstart.yaml
  $ sftkit train model=./SmolLM2-135M data.train=demos.jsonl
  $ sftkit train recipes/lima.yaml model=./SmolLM2-135M data.train=demos.jsonl --dry-run
  $ sftkit train recipes/lima.yaml model=./SmolLM2-135M data.train=demos.jsonl optimizer.learningRate=2e-5
  $ sftkit train recipes/lima.yaml model=./SmolLM2-135M data.train=demos.jsonl --resume`,
    )
    .action((recipe: string | undefined, overrides: string[], options: TrainOptions) => {
      const { resume } = options;
      // `--resume key=value`: the option takes what follows it.
      const follows = typeof resume === 'string' && isOverride(resume) ? [resume] : [];
      const all = [...(recipe === undefined ? [] : [recipe]), ...follows, ...overrides];
      return train(read(all), { ...options, ...(follows.length === 0 ? {} : { resume: true }) }, terminal);
    });
}

/** @param words a recipe, perhaps, and overrides */
function read(words: readonly string[]): ReadRecipe {
  const [first, ...rest] = words;
  if (first === undefined) {
    throw new UserError(
      'train: expected a recipe, or model=DIR data.train=FILE; for example: sftkit train recipes/quickstart.yaml',
    );
  }
  return isOverride(first) ? parseRecipe(undefined, 'command line', words) : readRecipe(first, rest);
}

function isOverride(word: string): boolean {
  return /^[A-Za-z_][\w.]*=/.test(word) && !existsSync(word);
}

async function train(read: ReadRecipe, options: TrainOptions, terminal: Terminal): Promise<void> {
  const dryRun = options.dryRun === true;
  const { resume, overwrite } = options;
  const preparing = preparationProgress(options.json === true ? { ...terminal, isTTY: false } : terminal);
  const show = showRun(read, { dryRun }, terminal);
  await withStopSignal(async (signal) => {
    const controls = { signal, dryRun, resume, overwrite, onPreparing: preparing.show };
    try {
      for await (const event of runRecipe(read.recipe, controls)) {
        preparing.end();
        if (options.json !== true) show(event);
        else if (dryRun && event.type === 'prepared')
          terminal.out(`${JSON.stringify(predictionJson(event))}\n`);
        else terminal.out(`${JSON.stringify(eventJson(event))}\n`);
        if (event.type === 'stopped') throw new StoppedError(signal, whatIsKept(event));
      }
    } finally {
      preparing.end();
    }
  });
}

function whatIsKept({ step, steps, checkpoint }: StoppedEvent): string {
  if (checkpoint === undefined) return 'nothing was trained yet';
  const done = step === steps ? 'all steps are done' : `step ${step} of ${steps} is done`;
  return `${done} and saved; the same command with --resume goes on`;
}
