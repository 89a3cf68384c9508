/** Chat templates with faults, and templates without that are given conversations with faults. */
import { readdirSync, readFileSync } from 'node:fs';
import { encodeConversation, maskConversation, maskExample, verifyMask } from '@sftkit/masking';
import {
  builtInTemplates,
  ChatTemplate,
  type Conversation,
  resolveTemplate,
  validateConversation,
  verifyTemplate,
  withoutGenerationTags,
} from '@sftkit/templates';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { describe, expect, it } from 'vitest';
import { deepList, mutate, mutateText } from './fuzz-mutate.js';
import { refusalOf, tryAll } from './fuzz-outcome.js';
import type { Random } from './fuzz-random.js';

/** Where a fault of a template is. */
const TEMPLATE = /\(template "|^maskExample|^supervisedSpans|^encode|^expected a plain turn/;
/** Where a fault is that a conversation or a config may have, too. */
const ANY = /\(template "|^conversation: |^tokenizer config: |^supervisedSpans: /;

const trained = trainByteLevelBpe(['user and assistant say what is asked'], { vocabSize: 280 });

function tokenizerFor(tokens: readonly string[]): Tokenizer {
  const tokenizer = Tokenizer.fromObjects(trained.tokenizerJson, trained.tokenizerConfig);
  tokenizer.addSpecialTokens(tokens);
  return tokenizer;
}

const everyToken = Object.values(builtInTemplates).flatMap(({ specialTokens }) => specialTokens);
const tokenizer = tokenizerFor([...new Set<string>(everyToken)]);

const tool = {
  type: 'function',
  function: {
    name: 'look_up',
    description: 'Looks up.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const plain: Conversation = {
  messages: [
    { role: 'user', content: 'What is the weather?' },
    { role: 'assistant', content: 'Sun.' },
  ],
};
const rich: Conversation = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'Weather <|im_end|> 🙂?' }] },
    {
      role: 'assistant',
      content: '',
      reasoning_content: 'I should look.',
      tool_calls: [
        { id: 'call00001', type: 'function', function: { name: 'look_up', arguments: { city: 'Ulm' } } },
      ],
    },
    { role: 'tool', content: '{"sun": true}', tool_call_id: 'call00001', name: 'look_up' },
    { role: 'assistant', content: 'Sun.', weight: 2, train: true },
    { role: 'user', content: 'Thanks' },
    { role: 'assistant', content: '<think>\nshort\n</think>\n\nYou are welcome.' },
  ],
  tools: [tool],
  documents: [{ title: 'Ulm', text: 'A town.' }],
  variables: { enable_thinking: false },
};

interface Named {
  readonly name: string;
  readonly source: string;
}

const builtIn: readonly Named[] = Object.entries(builtInTemplates).flatMap(([name, { source }]) => [
  { name, source },
  { name: `${name} without tags`, source: withoutGenerationTags(source) },
]);

function realTemplates(): Named[] {
  return ['llama.cpp', 'trl'].flatMap((folder) =>
    readdirSync(sharedFile('templates', folder))
      .filter((file) => file.endsWith('.jinja'))
      .map((file) => ({ name: file, source: readFileSync(sharedFile('templates', folder, file), 'utf8') })),
  );
}

const specialTokens = { bos_token: '<s>', eos_token: '</s>' };

/** All that is done with a template and a conversation. */
function use(template: ChatTemplate, conversation: Conversation, random: Random): void {
  template.renderText(conversation, { addGenerationPrompt: true });
  const rendered = template.render(conversation);
  const encoding = encodeConversation(rendered, conversation, { tokenizer });
  const options = {
    policy: random.pick(['assistant', 'last-assistant', 'all'] as const),
    reasoning: random.oneIn(2),
  };
  const masked = maskConversation(rendered, encoding, conversation, options);
  verifyMask(rendered, encoding, conversation, masked, { ...options, template });
}

const faulty = (templates: readonly Named[]) => (random: Random) => {
  const { name, source } = random.pick(templates);
  let changed = mutateText(source, random);
  if (random.oneIn(3)) changed = mutateText(changed, random);
  return {
    what: `${name}: ${changed.slice(0, 3000)}`,
    run: () =>
      use(ChatTemplate.fromSource(changed, { name, specialTokens }), random.oneIn(3) ? rich : plain, random),
  };
};

describe('a chat template with faults', () => {
  it('renders, or its fault is named', async () => {
    const refused = await tryAll(400, TEMPLATE, faulty(builtIn));
    expect(refused).toBeGreaterThan(50);
  });

  it.skipIf(!sharedIsPresent())('so does a real one (needs ../shared)', async () => {
    await tryAll(400, TEMPLATE, faulty(realTemplates()));
  });

  it('is told about, whatever it does', async () => {
    await tryAll(40, TEMPLATE, (random) => {
      const { name, source } = random.pick(builtIn);
      const changed = mutateText(source, random);
      return {
        what: changed.slice(0, 3000),
        run: () => verifyTemplate(ChatTemplate.fromSource(changed, { name, specialTokens })),
      };
    });
  });

  it('is found in a tokenizer_config.json with faults', async () => {
    const config = {
      bos_token: { content: '<s>' },
      additional_special_tokens: ['<x>'],
      extra_special_tokens: { a_token: '<a>' },
      chat_template: [
        { name: 'default', template: '{{ messages[0].content }}' },
        { name: 'tool_use', template: '{{ tools }}' },
      ],
      training_chat_template: '{{ messages[0].content }}',
    };
    await tryAll(200, ANY, (random) => {
      const { value, what } = mutate(config, random);
      return { what, run: () => ChatTemplate.fromTokenizerConfig(value).renderText(rich) };
    });
  });
});

describe('a conversation with faults', () => {
  const templates = Object.keys(builtInTemplates).map((name) => resolveTemplate(name));

  it('is rendered and masked, or its fault is named', async () => {
    const refused = await tryAll(700, ANY, (random) => {
      const { value, what } = mutate(random.oneIn(3) ? plain : rich, random);
      const template = random.pick(templates);
      return {
        what: `${template.name}: ${what}`,
        run: () => use(template, value as Conversation, random),
      };
    });
    expect(refused).toBeGreaterThan(100);
  });

  it('is checked', async () => {
    await tryAll(200, ANY, (random) => {
      const { value, what } = mutate(rich, random);
      return { what, run: () => validateConversation(value) };
    });
  });

  it.each([
    ['tools 2,000 deep', { ...plain, tools: [deepList(2000)] }],
    ['tools 100,000 deep', { ...plain, tools: [deepList(100_000)] }],
    [
      'arguments 5,000 deep',
      { messages: [plain.messages[0]!, { role: 'assistant', content: '', tool_calls: [deepList(5000)] }] },
    ],
    ['variables 5,000 deep', { ...plain, variables: { deep: deepList(5000) } }],
  ])('%s', async (what, conversation) => {
    const template = resolveTemplate('qwen3');
    const run = () => maskExample(conversation as Conversation, { template, tokenizer });
    expect(await refusalOf({ what, run })).toMatch(/levels/);
  });
});
