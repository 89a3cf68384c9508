import { parseConversation } from '@sftkit/data';
import { type Json, JsonError, parseJson } from '@sftkit/json';
import { readTextFile } from '@sftkit/json/node';
import { type BackendName, ChatModel } from '@sftkit/sft';
import { loadFinished } from '@sftkit/sft/node';
import type { Conversation } from '@sftkit/templates';
import { Command, type Option } from 'commander';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import { visibleText } from '../visible-text.js';
import { backendOption, numberOption, withBackend } from './model-options.js';

interface GenerateOptions {
  readonly model: string;
  readonly prompt?: string;
  readonly messages?: string;
  readonly template: string;
  readonly maxNewTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly backend: BackendName;
  readonly json?: boolean;
}

export function generateCommand(terminal: Terminal): Command {
  const command = new Command('generate')
    .description('Continue a text, or answer a conversation')
    .requiredOption('--model <dir>', 'model directory')
    .option('--prompt <text>', 'text to continue')
    .option(
      '--messages <file>',
      'conversation to answer: a JSON list of messages, or JSON Lines whose first row is used',
    );
  for (const option of samplingOptions()) command.addOption(option);
  return command
    .option('--json', 'print {"ids", "text", "stopped"} of the new tokens')
    .addHelpText(
      'after',
      `
Examples:
  $ sftkit generate --model recipes/tiny-base --prompt "Once upon a time" --max-new-tokens 60
  $ sftkit generate --model runs/quickstart/model --messages question.json --json`,
    )
    .action((options: GenerateOptions) => generate(options, terminal));
}

/** Options that `generate` and `chat` share. */
export function samplingOptions(): Option[] {
  return new Command()
    .option(
      '--template <name>',
      'a built-in name, a file, model (the one it came with), or model:NAME',
      'model',
    )
    .option(
      '--max-new-tokens <n>',
      'stop after so many tokens',
      numberOption('max-new-tokens', { least: 1, integer: true }),
      256,
    )
    .option('--temperature <t>', '0: always the most likely token', numberOption('temperature'), 0)
    .option('--top-p <p>', 'draw from the most likely tokens of this mass', numberOption('top-p'), 1)
    .option('--seed <n>', 'of the draws', numberOption('seed', { integer: true }), 0)
    .addOption(backendOption()).options as Option[];
}

async function generate(options: GenerateOptions, terminal: Terminal): Promise<void> {
  if ((options.prompt === undefined) === (options.messages === undefined)) {
    throw new UserError('generate: expected either --prompt TEXT or --messages FILE');
  }
  const conversation = options.messages === undefined ? undefined : await readConversation(options.messages);
  const base = await loadFinished(options.model, conversation === undefined ? undefined : options.template);
  await withBackend(options.backend, async ({ backend }) => {
    const model = await ChatModel.create(base, backend);
    try {
      const { maxNewTokens, temperature, topP, seed } = options;
      const sampling = { maxNewTokens, temperature, topP, seed };
      const { ids, text, stopped } = await model.answer(conversation ?? options.prompt!, sampling);
      // Programs read the text as it is.
      const shown = terminal.isTTY ? visibleText(text) : text;
      terminal.out(`${options.json === true ? JSON.stringify({ ids, text, stopped }) : shown}\n`);
    } finally {
      await model.dispose();
    }
  });
}

/** A JSON list of messages, an object with messages, or the first row of JSON Lines. */
async function readConversation(file: string): Promise<Conversation> {
  const text = await readTextFile(file);
  if (text === undefined) throw new UserError(`${file}: expected a file of messages, found no such file`);
  const value = parseMessages(text, file);
  const fields = Array.isArray(value) ? { messages: value } : value;
  return parseConversation(fields, { file, line: 1 }, { requireAssistant: false });
}

/** @throws {UserError} with the place where neither the file nor its first line is JSON */
function parseMessages(text: string, file: string): Json {
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    const [line = ''] = text.trimStart().split('\n');
    if (line.trimEnd().endsWith('}')) {
      try {
        return parseJson(line);
      } catch {
        // What is wrong with the file as a whole says more.
      }
    }
    throw new UserError(
      `${file}:${cause.line}: not valid JSON: ${cause.message} (column ${cause.column}); expected a list of messages or {"messages": [...]}`,
      { cause },
    );
  }
}
