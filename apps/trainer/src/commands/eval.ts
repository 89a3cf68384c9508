import type { Columns, Form } from '@sftkit/data';
import { type DropReason, fitExamples } from '@sftkit/masking';
import { type Buffer, f32 } from '@sftkit/tensor';
import { evaluate, type MicroBatchShape, objectiveProgram } from '@sftkit/trainer';
import { Command, Option } from 'commander';
import { formatCount, formatShare } from '../format-quantity.js';
import { type Base, endOfTextOf, stopTokensOf } from '../prepare/load-base.js';
import { prepareExamples } from '../prepare/prepare-examples.js';
import { readDataFiles } from '../prepare/read-data.js';
import { formatRefusals } from '../prepare/refusal.js';
import { evaluationBatches } from '../prepare/training-data.js';
import { type BackendName, LIMITS, type Recipe } from '../recipe/recipe-schema.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import { columnsOption, dataOptions, formOption, threadsOption } from './data-options.js';
import { backendOption, loadFinished, numberOption, withBackend } from './model-options.js';

interface EvalOptions {
  readonly model: string;
  readonly data: string;
  readonly template: string;
  readonly form?: Form;
  readonly columns?: Columns;
  readonly mask: Recipe['mask'];
  readonly length?: number;
  readonly rows: number;
  readonly threads?: number;
  readonly backend: BackendName;
  readonly json?: boolean;
}

/** Rows where --length does not say: long enough for most data, short enough for any machine. */
const DEFAULT_LENGTH = 1024;

export function evalCommand(terminal: Terminal): Command {
  return new Command('eval')
    .description('Loss and accuracy on the supervised tokens of a file')
    .requiredOption('--model <dir>', 'model directory')
    .requiredOption('--data <file>', 'demonstrations: JSON Lines or a JSON array')
    .option(
      '--template <name>',
      'a built-in name, a file, model (the one it came with), or model:NAME',
      'model',
    )
    .addOption(formOption())
    .addOption(columnsOption())
    .addOption(
      new Option('--mask <policy>', 'what counts')
        .choices(['assistant', 'last-assistant', 'all'])
        .default('assistant'),
    )
    .option(
      '--length <n>',
      `tokens in a row (the model's context, at most ${DEFAULT_LENGTH})`,
      numberOption('length', { least: 1, most: LIMITS.length, integer: true }),
    )
    .option(
      '--rows <n>',
      'rows computed at once',
      numberOption('rows', { least: 1, most: LIMITS.rows, integer: true }),
      4,
    )
    .addOption(threadsOption())
    .addOption(backendOption())
    .option('--json', 'print {"loss", "supervisedTokens", "examples", "tokenAccuracy"}')
    .addHelpText(
      'after',
      '\nExample:\n  $ sftkit eval --model runs/quickstart/model --data held-out.jsonl --json',
    )
    .action((options: EvalOptions) => evaluateFile(options, terminal));
}

async function evaluateFile(options: EvalOptions, terminal: Terminal): Promise<void> {
  const examples = await readDataFiles([options.data], dataOptions(options));
  const isText = examples[0]?.kind === 'text';
  const base = await loadFinished(options.model, isText ? undefined : options.template);
  const { model, config, tokenizer, template } = base;
  const length = options.length ?? Math.min(config.maxPositions, DEFAULT_LENGTH);
  if (length > config.maxPositions) {
    throw new UserError(
      `--length: ${length} is above the model's context of ${config.maxPositions} tokens; use at most ${config.maxPositions}`,
    );
  }
  const prepare = {
    tokenizer,
    template: template?.template,
    mask: options.mask,
    stopTokens: stopTokensOf(base),
    endOfText: endOfTextOf(base),
  };
  const { prepared, refused } = await prepareExamples(examples, prepare, { threads: options.threads });
  for (const line of formatRefusals(refused)) terminal.err(`note: ${line}\n`);
  const fitted = fitExamples(prepared, { length });
  if (fitted.kept.length === 0) {
    throw new UserError(
      `${options.data}: expected examples with something to predict in rows of ${length} tokens, found none; look at them with inspect`,
    );
  }
  if (fitted.dropped.length > 0) {
    terminal.err(`note: ${describeDropped(fitted.dropped, length)}\n`);
  }
  const { batches, capacity, longestSegment } = evaluationBatches(fitted.kept, {
    length,
    packing: true,
    rows: options.rows,
  });
  const shape: MicroBatchShape = { rows: options.rows, length, capacity, longestSegment };
  await withBackend(options.backend, async ({ backend }) => {
    const executable = await backend.compile(objectiveProgram(model, shape));
    const parameters: Record<string, Buffer> = {};
    for (const spec of model.parameters) {
      parameters[spec.name] = await backend.buffer(f32(...spec.shape), base.weights.get(spec.name)!);
    }
    try {
      const result = await evaluate(executable, parameters, batches, shape);
      const { loss, supervisedTokens, examples: count, tokenAccuracy } = result;
      if (!Number.isFinite(loss)) throw notFinite(options.model, base);
      terminal.out(
        options.json === true
          ? `${JSON.stringify({ loss, supervisedTokens, examples: count, tokenAccuracy })}\n`
          : `loss ${loss.toFixed(4)} nats per token, accuracy ${formatShare(tokenAccuracy)}, over ${formatCount(supervisedTokens)} supervised tokens of ${formatCount(count)} examples\n`,
      );
    } finally {
      executable.dispose();
      for (const buffer of Object.values(parameters)) buffer.dispose();
    }
  });
}

function describeDropped(dropped: readonly { readonly reason: DropReason }[], length: number): string {
  const overlong = dropped.filter(({ reason }) => reason === 'overlong').length;
  return `${dropped.length} examples left out: ${overlong} longer than ${length} tokens, ${dropped.length - overlong} with nothing to predict`;
}

function notFinite(directory: string, { weights }: Base): UserError {
  const spoilt = [...weights].find(([, values]) => values.some((value) => !Number.isFinite(value)))?.[0];
  const reason = spoilt === undefined ? 'all of its weights are; they may be too large' : `${spoilt} is not`;
  return new UserError(`${directory}: expected a model with a finite loss, found one without: ${reason}`);
}
