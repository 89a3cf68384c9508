/** The command line as a function: arguments in, exit code out. Everything that is printed goes to `terminal`. */
import { Command, CommanderError } from 'commander';
import { chatCommand } from './commands/chat.js';
import { doctorCommand } from './commands/doctor.js';
import { evalCommand } from './commands/eval.js';
import { generateCommand } from './commands/generate.js';
import { inspectCommand } from './commands/inspect.js';
import { trainCommand } from './commands/train.js';
import { StoppedError } from './stop-signals.js';
import type { Terminal } from './terminal.js';
import { version } from './version.js';
import { visibleText } from './visible-text.js';

/**
 * @returns 0, or 1 after an error, which was printed as one line `error: …` (with SFTKIT_DEBUG=1: its stack); after a signal
 *   what shells expect, such as 130
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await program(terminal).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version end by an "error" of exit code 0; commander has printed what there is to say.
      return error.exitCode === 0 ? 0 : 1;
    }
    if (error instanceof StoppedError) {
      terminal.err(`${describeError(error)}\n`);
      return error.exitCode;
    }
    terminal.err(`error: ${describeError(error)}\n`);
    if (process.env.SFTKIT_DEBUG === '1' && error instanceof Error) {
      terminal.err(`${visibleText(error.stack ?? '')}\n`);
    }
    return 1;
  }
}

function program(terminal: Terminal): Command {
  const commands = [
    trainCommand,
    inspectCommand,
    generateCommand,
    chatCommand,
    evalCommand,
    doctorCommand,
  ].map((make) => make(terminal));
  const root = new Command('sftkit')
    .description('Supervised fine-tuning of language models: from demonstrations to an assistant')
    .version(version())
    .addHelpText('after', '\nBegin with:\n  $ sftkit train recipes/quickstart.yaml\n  $ sftkit doctor');
  for (const command of commands) root.addCommand(command);
  for (const command of [root, ...commands]) {
    command
      .exitOverride()
      .configureOutput({
        writeOut: terminal.out,
        writeErr: terminal.err,
        getOutHelpWidth: () => terminal.columns,
      })
      .showSuggestionAfterError();
  }
  return root;
}

/** One line, whatever was thrown, and whatever text of data it quotes. */
function describeError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return visibleText(message.replace(/\s*[\r\n]+\s*/g, ' ').trim());
}
