import { type InspectedData, openInspection, SHOWN } from '@sftkit/sft/node';
import { Command, Option } from 'commander';
import { printDifferences } from '../inspect/print-differences.js';
import { printExamples } from '../inspect/print-examples.js';
import { printJson } from '../inspect/print-json.js';
import { writePage } from '../inspect/write-page.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import { visibleText } from '../visible-text.js';
import { columnsOption, formOption, threadsOption } from './data-options.js';
import { numberOption } from './model-options.js';

interface InspectOptions extends InspectedData {
  readonly model?: string;
  readonly tokenizer?: string;
  readonly html?: string;
  readonly diff?: readonly string[];
  readonly json?: boolean;
}

export function inspectCommand(terminal: Terminal): Command {
  return new Command('inspect')
    .description('Show, token by token, what the loss will see')
    .option('--model <dir>', 'model whose tokenizer and template are used')
    .option('--tokenizer <dir>', 'directory with tokenizer.json, in place of a model')
    .requiredOption('--data <file>', 'demonstrations: JSON Lines or a JSON array')
    .addOption(formOption())
    .addOption(columnsOption())
    .option(
      '--template <name>',
      'a built-in name, a file, model (the one it came with), or model:NAME',
      'model',
    )
    .addOption(
      new Option('--mask <policy>', 'what is learnt')
        .choices(['assistant', 'last-assistant', 'all'])
        .default('assistant'),
    )
    .option(
      '--length <n>',
      'tokens in a row: say how many examples are longer',
      numberOption('length', { least: 1, integer: true }),
    )
    .option(
      '--limit <n>',
      `read the first n examples only, and show all of them (otherwise all are read, and ${SHOWN} shown)`,
      numberOption('limit', { least: 1, integer: true }),
    )
    .option(
      '--example <n>',
      'show this one alone, counted from 0',
      numberOption('example', { integer: true }),
    )
    .addOption(threadsOption())
    .option('--html <file>', 'write a page to look at every example in a browser')
    .option(
      '--match-prompt',
      'make prompts equal to what is trained on, as matchPrompt: true in a recipe does',
    )
    .option('--diff <template...>', 'two templates: show what changes from the first to the second')
    .option('--json', 'one JSON object a line for each example')
    .addHelpText(
      'after',
      `
Examples:
  $ sftkit inspect --model recipes/tiny-base --template classic --data recipes/quickstart/demonstrations.jsonl
  $ sftkit inspect --model recipes/tiny-base --template classic --data recipes/quickstart/demonstrations.jsonl --html demos.html
  $ sftkit inspect --model ./Qwen2.5-0.5B --data demos.jsonl --diff model chatml --example 0
  $ sftkit inspect --tokenizer ./Qwen2.5-0.5B --data demos.jsonl --json | jq .supervisedTokens`,
    )
    .action((options: InspectOptions) => inspect(options, terminal));
}

async function inspect(options: InspectOptions, terminal: Terminal): Promise<void> {
  if (options.html !== undefined && (options.json === true || options.diff !== undefined)) {
    throw new UserError('inspect: expected --html alone, got it with --json or --diff; run it twice');
  }
  const inspection = await openInspection(options);
  if (options.diff !== undefined) await printDifferences(options.diff, options, inspection, terminal);
  else if (options.json === true) await printJson(options, inspection, terminal);
  else if (options.html !== undefined) await writePage(options.html, options, inspection, terminal);
  else await printExamples(options, inspection, terminal);
  for (const note of inspection.notes) terminal.err(`note: ${visibleText(note)}\n`);
}
