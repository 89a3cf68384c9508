import { createInterface } from 'node:readline/promises';
import { type BackendName, ChatModel } from '@sftkit/sft';
import { loadFinished } from '@sftkit/sft/node';
import type { Message } from '@sftkit/templates';
import { Command } from 'commander';
import type { Terminal } from '../terminal.js';
import { visibleText } from '../visible-text.js';
import { samplingOptions } from './generate.js';
import { withBackend } from './model-options.js';

interface ChatOptions {
  readonly model: string;
  readonly system?: string;
  readonly template: string;
  readonly maxNewTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly backend: BackendName;
}

export function chatCommand(terminal: Terminal, input: NodeJS.ReadableStream = process.stdin): Command {
  const command = new Command('chat')
    .description('Talk to a model; /reset begins anew, /exit ends')
    .requiredOption('--model <dir>', 'model directory')
    .option('--system <text>', 'system prompt');
  for (const option of samplingOptions()) command.addOption(option);
  return command
    .addHelpText('after', '\nExample:\n  $ sftkit chat --model runs/quickstart/model')
    .action((options: ChatOptions) => chat(options, terminal, input));
}

async function chat(options: ChatOptions, terminal: Terminal, input: NodeJS.ReadableStream): Promise<void> {
  const base = await loadFinished(options.model, options.template);
  const { maxNewTokens, temperature, topP, seed } = options;
  const sampling = { maxNewTokens, temperature, topP, seed };
  const { maxPositions } = base.config;
  const beginning: Message[] =
    options.system === undefined ? [] : [{ role: 'system', content: options.system }];
  let messages = beginning;
  await withBackend(options.backend, async ({ backend }) => {
    const model = await ChatModel.create(base, backend);
    const lines = createInterface({ input, terminal: false });
    const ask = () => terminal.out(terminal.paint('cyan', '> '));
    try {
      ask();
      for await (const line of lines) {
        const content = line.trim();
        if (content === '/exit') break;
        if (content === '/reset') {
          messages = beginning;
          terminal.out('The conversation begins anew.\n');
        } else if (content !== '') {
          const asked: Message[] = [...messages, { role: 'user', content }];
          const prompt = model.encode(asked);
          if (prompt.length >= maxPositions) {
            terminal.out(
              `The conversation is longer than the context of ${maxPositions} tokens; /reset begins anew.\n`,
            );
          } else {
            let answer = '';
            for await (const text of model.stream(prompt, sampling)) {
              answer += text;
              terminal.out(visibleText(text));
            }
            terminal.out('\n');
            messages = [...asked, { role: 'assistant', content: answer }];
          }
        }
        ask();
      }
      terminal.out('\n');
    } finally {
      lines.close();
      await model.dispose();
    }
  });
}
