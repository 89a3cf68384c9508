/** The same run without files: examples, a model and a backend are handed in, and nothing is written. */

import { type Example, parseConversation, splitByHash } from '@sftkit/data';
import type { LoadedModel } from '@sftkit/model';

import type { Message } from '@sftkit/templates';
import type { Backend } from '@sftkit/tensor';
import type { Tokenizer } from '@sftkit/tokenization';
import { fitBase } from '../base/base.js';
import { firstConversations } from '../base/load-template.js';
import type { SplitExample } from '../examples/collect-examples.js';
import { prepareTurns } from '../examples/prepare-here.js';
import { checkTraining } from '../recipe/check-recipe.js';
import type { TrainingInput } from '../recipe/recipe-schema.js';
import { planRun } from './plan-run.js';
import { predictRunMemory } from './predict-memory.js';
import { predictRunTime } from './predict-time.js';
import type { RunEvent } from './run-events.js';
import { trainRun } from './train-run.js';

/** A parsed example, or a conversation as a row of data has it. */
export type ExampleInput = Example | { readonly messages: readonly Message[] };

export interface MemoryRunOptions extends TrainingInput {
  /** Config and weights. They are given away: training works in the arrays. */
  readonly model: LoadedModel;
  /** It may get control tokens of the template that it lacks. */
  readonly tokenizer: Tokenizer;
  readonly examples: readonly ExampleInput[];
  /** Held-out examples, or the share of `examples` that is held out by what they say. Default: 0.05. */
  readonly heldOut?: number | readonly ExampleInput[];
  /** Stays the caller's. */
  readonly backend: Backend;
  /** When it is aborted, the step is finished, and the run ends with the event `stopped`. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the backend is measured for a moment, to predict the time. Default: true. */
  readonly predictTime?: boolean | undefined;
  /** Told how many of all examples are tokens with labels, while they are prepared. */
  readonly onPreparing?: ((done: number, all: number) => void) | undefined;
}

/**
 * Fine-tunes a model in memory, in Node or in a page. The event `finished` has the trained model: `ChatModel.create` asks
 * it, `modelFiles` says what to save.
 * @throws {SftError} and the errors of the packages, with place and remedy
 */
export async function* fineTune({
  model,
  tokenizer,
  examples,
  heldOut = 0.05,
  backend,
  signal,
  predictTime = true,
  onPreparing,
  ...input
}: MemoryRunOptions): AsyncGenerator<RunEvent> {
  const options = checkTraining(input, () => 'fineTune');
  const split = splitExamples(examples, heldOut, options.seed);
  const base = fitBase('model', model, tokenizer, {
    template: split.train[0]?.kind === 'text' ? undefined : options.template,
    addTokens: options.addTokens,
    templateOptions: { matchPrompt: options.matchPrompt, examples: firstConversations(split.train) },
  });
  const all: readonly SplitExample[] = [
    ...split.train.map((example) => ({ example, isHeldOut: false })),
    ...split.heldOut.map((example) => ({ example, isHeldOut: true })),
  ];
  const run = await planRun(options, base, {
    prepareAll: (prepare) => prepareTurns(all, prepare, (done) => onPreparing?.(done, all.length)),
    further: () => [],
  });
  yield {
    type: 'prepared',
    run,
    backend: { name: backend.name, description: backend.description, reason: 'handed in' },
    memory: predictRunMemory(backend, run, {
      report: options.report,
      resumes: false,
      presentBytes: undefined,
    }),
    seconds: predictTime ? await predictRunTime(backend, options, run, 0) : undefined,
    tokens: Math.round((run.trainReport.tokens * run.steps) / run.data.stepsPerEpoch),
    resumed: undefined,
    notes: [],
  };
  yield* trainRun(options, run, backend, { signal });
}

interface Split {
  readonly train: readonly Example[];
  readonly heldOut: readonly Example[];
}

function splitExamples(
  inputs: readonly ExampleInput[],
  heldOut: number | readonly ExampleInput[],
  seed: number,
): Split {
  const all = toExamples(inputs, 'examples');
  if (typeof heldOut !== 'number') return { train: all, heldOut: toExamples(heldOut, 'heldOut') };
  const sides = all.map((example) => splitByHash(example, { heldOutFraction: heldOut, seed }));
  return {
    train: all.filter((_, at) => sides[at] === 'train'),
    heldOut: all.filter((_, at) => sides[at] === 'heldOut'),
  };
}

/** Their places are `examples:1`, `examples:2`, … */
function toExamples(inputs: readonly ExampleInput[], file: string): Example[] {
  return inputs.map((input, index) => {
    if ('kind' in input) return input;
    const source = { file, line: index + 1 };
    return { kind: 'conversation', conversation: parseConversation(input as never, source), source, index };
  });
}
