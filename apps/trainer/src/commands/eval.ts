import type { Columns, Form } from '@sftkit/data';
import type { DropReason } from '@sftkit/masking';
import {
  type BackendName,
  evaluateBase,
  formatCount,
  formatRefusals,
  formatShare,
  LIMITS,
  prepareOptions,
  type Recipe,
} from '@sftkit/sft';
import { loadFinished, prepareExamples, readDataFiles } from '@sftkit/sft/node';
import { Command, Option } from 'commander';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import { visibleText } from '../visible-text.js';
import { columnsOption, dataOptions, formOption, threadsOption } from './data-options.js';
import { backendOption, numberOption, withBackend } from './model-options.js';

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
  const { maxPositions } = base.config;
  const length = options.length ?? Math.min(maxPositions, DEFAULT_LENGTH);
  if (length > maxPositions) {
    throw new UserError(
      `--length: ${length} is above the model's context of ${maxPositions} tokens; use at most ${maxPositions}`,
    );
  }
  const { prepared, refused } = await prepareExamples(
    examples,
    prepareOptions({ mask: options.mask }, base),
    {
      threads: options.threads,
    },
  );
  for (const line of formatRefusals(refused)) terminal.err(`note: ${visibleText(line)}\n`);
  await withBackend(options.backend, async ({ backend }) => {
    const { evaluation, fitted } = await evaluateBase(base, prepared, backend, {
      length,
      rows: options.rows,
      names: { model: options.model, data: options.data },
    });
    const { loss, supervisedTokens, examples: count, tokenAccuracy } = evaluation;
    if (fitted.dropped.length > 0) {
      terminal.err(`note: ${describeDropped(fitted.dropped, length)}\n`);
    }
    terminal.out(
      options.json === true
        ? `${JSON.stringify({ loss, supervisedTokens, examples: count, tokenAccuracy })}\n`
        : `loss ${loss.toFixed(4)} nats per token, accuracy ${formatShare(tokenAccuracy)}, over ${formatCount(supervisedTokens)} supervised tokens of ${formatCount(count)} examples\n`,
    );
  });
}

function describeDropped(dropped: readonly { readonly reason: DropReason }[], length: number): string {
  const overlong = dropped.filter(({ reason }) => reason === 'overlong').length;
  return `${dropped.length} examples left out: ${overlong} longer than ${length} tokens, ${dropped.length - overlong} with nothing to predict`;
}
