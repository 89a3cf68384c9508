import { IGNORE_INDEX, tokenRoles } from '@sftkit/masking';
import { loadModelConfig } from '@sftkit/model/node';
import { loadTokenizer } from '@sftkit/tokenization/node';
import { Command, Option } from 'commander';
import { formatCount, formatShare } from '../format-quantity.js';
import { checkVocabulary, missingTokens } from '../prepare/load-base.js';
import { loadTemplate } from '../prepare/load-template.js';
import { type ExplainedExample, explainExample } from '../prepare/prepare-example.js';
import { readFile } from '../prepare/read-data.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { showMask } from '../report/show-mask.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import { numberOption } from './model-options.js';

interface InspectOptions {
  readonly model?: string;
  readonly tokenizer?: string;
  readonly data: string;
  readonly template: string;
  readonly mask: Recipe['mask'];
  readonly limit?: number;
  readonly json?: boolean;
}

export function inspectCommand(terminal: Terminal): Command {
  return new Command('inspect')
    .description('Show, token by token, what the loss will see')
    .option('--model <dir>', 'model whose tokenizer and template are used')
    .option('--tokenizer <dir>', 'directory with tokenizer.json, in place of a model')
    .requiredOption('--data <file>', 'demonstrations: JSON Lines or a JSON array')
    .option('--template <name>', 'classic, chatml, a file, or model: the one it came with', 'model')
    .addOption(
      new Option('--mask <policy>', 'what is learnt')
        .choices(['assistant', 'last-assistant', 'all'])
        .default('assistant'),
    )
    .option(
      '--limit <n>',
      'show the first n examples only',
      numberOption('limit', { least: 1, integer: true }),
    )
    .option('--json', 'one JSON object a line for each example')
    .addHelpText(
      'after',
      `
Examples:
  $ sftkit inspect --model recipes/tiny-base --template classic --data recipes/quickstart/demonstrations.jsonl --limit 2
  $ sftkit inspect --tokenizer ./Qwen2.5-0.5B --data demos.jsonl --json | jq .supervisedTokens`,
    )
    .action((options: InspectOptions) => inspect(options, terminal));
}

async function inspect(options: InspectOptions, terminal: Terminal): Promise<void> {
  const directory = options.tokenizer ?? options.model;
  if (directory === undefined) {
    throw new UserError('inspect: expected --model DIR or --tokenizer DIR, got neither');
  }
  const tokenizer = await loadTokenizer(directory);
  if (options.tokenizer === undefined) {
    checkVocabulary(directory, tokenizer, (await loadModelConfig(directory)).config);
  }
  let template: ReturnType<typeof loadTemplate> | undefined;
  const notes: string[] = [];
  const total = { examples: 0, tokens: 0, supervised: 0, unlearnt: 0 };
  for await (const example of readFile(options.data, { limit: options.limit })) {
    if (example.kind === 'conversation' && template === undefined) {
      template = loadTemplate(options.template, tokenizer);
      const missing = missingTokens(tokenizer, template);
      if (missing.length > 0) {
        tokenizer.addSpecialTokens(missing);
        notes.push(
          `the tokenizer lacks ${missing.join(' ')}; shown as training with addTokens: auto adds them`,
        );
      }
    }
    const explained = explainExample(example, {
      tokenizer,
      template: template?.template,
      mask: options.mask,
    });
    total.examples += 1;
    total.tokens += explained.inputIds.length;
    total.supervised += explained.supervisedTokens;
    total.unlearnt += explained.supervisedTokens === 0 ? 1 : 0;
    if (options.json === true) {
      terminal.out(`${JSON.stringify(describe(explained, (id) => tokenizer.decodeToken(id)))}\n`);
    } else {
      show(explained, terminal, (id) => tokenizer.decodeToken(id));
    }
  }
  for (const note of notes) terminal.err(`note: ${note}\n`);
  if (options.json !== true) {
    const share = total.tokens === 0 ? 0 : total.supervised / total.tokens;
    terminal.out(
      `${formatCount(total.examples)} examples, ${formatCount(total.supervised)} of ${formatCount(total.tokens)} tokens supervised (${formatShare(share)})` +
        `${total.unlearnt === 0 ? '' : `; ${formatCount(total.unlearnt)} examples with nothing to learn, which training drops`}\n`,
    );
  }
}

/** The contract of `--json`; offsets are UTF-16 code units of `text`. */
function describe(explained: ExplainedExample, decodeToken: (id: number) => string) {
  const { rendered, encoding, labels, supervisedTokens, example } = explained;
  const { text } = rendered;
  const roles = tokenRoles(rendered, encoding);
  const tokens = Array.from(encoding.ids, (id, at) => {
    const [start, end] = [encoding.starts[at]!, encoding.ends[at]!];
    return {
      id,
      text: end > start ? text.slice(start, end) : decodeToken(id),
      start,
      end,
      supervised: labels[at] !== IGNORE_INDEX,
      role: roles[at]!,
    };
  });
  return { index: example.index, text, tokens, supervisedTokens, totalTokens: tokens.length };
}

function show(
  explained: ExplainedExample,
  { out, paint }: Terminal,
  decodeToken: (id: number) => string,
): void {
  const { example, supervisedTokens, inputIds } = explained;
  const { file, line } = example.source;
  out(`${paint('bold', `${file}:${line}`)}  ${supervisedTokens} of ${inputIds.length} tokens supervised\n`);
  out(`${showMask(explained, paint, { colours: paint('green', 'x') !== 'x', decodeToken })}\n\n`);
}
