import { createInterface } from 'node:readline/promises';
import { TokenGenerator } from '@sftkit/model';
import type { Message } from '@sftkit/templates';
import { Command } from 'commander';
import { encodePrompt } from '../prepare/encode-prompt.js';
import type { BackendName } from '../recipe/recipe-schema.js';
import type { Terminal } from '../terminal.js';
import { visibleText } from '../visible-text.js';
import { samplingOptions, stopIdsOf } from './generate.js';
import { loadFinished, withBackend } from './model-options.js';

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
  const { tokenizer, template } = base;
  const { maxNewTokens, temperature, topP, seed } = options;
  const stopIds = stopIdsOf(base);
  const beginning: Message[] =
    options.system === undefined ? [] : [{ role: 'system', content: options.system }];
  let messages = beginning;
  await withBackend(options.backend, async ({ backend }) => {
    const generator = await TokenGenerator.create(base.model, base.weights, backend);
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
          const prompt = encodePrompt({ messages: asked }, tokenizer, template!.template);
          if (prompt.length >= generator.contextLength) {
            terminal.out(
              `The conversation is longer than the context of ${generator.contextLength} tokens; /reset begins anew.\n`,
            );
          } else {
            const decoder = tokenizer.streamDecoder({ skipSpecialTokens: true });
            let answer = '';
            for await (const id of generator.stream(prompt, {
              maxNewTokens,
              temperature,
              topP,
              seed,
              stopIds,
            })) {
              const text = decoder.push(id);
              answer += text;
              terminal.out(visibleText(text));
            }
            const rest = decoder.flush();
            terminal.out(`${visibleText(rest)}\n`);
            messages = [...asked, { role: 'assistant', content: answer + rest }];
          }
        }
        ask();
      }
      terminal.out('\n');
    } finally {
      lines.close();
      await generator.dispose();
    }
  });
}
