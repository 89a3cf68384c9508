import {
  builtInTemplates,
  ChatTemplate,
  type Conversation,
  resolveTemplate,
  withoutGenerationTags,
} from '@sftkit/templates';
import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { describe, expect, test } from 'vitest';
import { encodeConversation } from './encode-conversation.js';
import { maskConversation } from './mask-conversation.js';
import { MaskError, maskExample } from './mask-example.js';
import { MaskingError } from './masking-error.js';

const trained = trainByteLevelBpe(['Hi there, hello to you.'], { vocabSize: 260 });

function tokenizerWith(...added: readonly string[]): Tokenizer {
  const tokenizer = Tokenizer.fromObjects(trained.tokenizerJson, trained.tokenizerConfig);
  tokenizer.addSpecialTokens(added);
  return tokenizer;
}

const conversation: Conversation = {
  messages: [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello!' },
  ],
};

test('is rendering, encoding and masking in one', () => {
  const template = resolveTemplate('chatml');
  const tokenizer = tokenizerWith(...builtInTemplates.chatml.specialTokens);
  const { rendered, encoding, ...masked } = maskExample(conversation, { template, tokenizer, weight: 0.5 });
  expect(rendered).toEqual(template.render(conversation));
  expect(encoding).toEqual(encodeConversation(rendered, conversation, { tokenizer }));
  expect(masked).toEqual(maskConversation(rendered, encoding, conversation, { weight: 0.5 }));
  expect(tokenizer.decode(masked.labels.filter((id) => id >= 0))).toBe('Hello!<|im_end|>');
});

describe('a control token that the tokenizer lacks', () => {
  test.each(['classic', 'chatml', 'llama-3.1'] as const)('of %s is named, with the remedy', (name) => {
    const template = resolveTemplate(name);
    const { specialTokens } = builtInTemplates[name];
    const call = (tokenizer: Tokenizer) => () => maskExample(conversation, { template, tokenizer });
    expect(call(tokenizerWith())).toThrow(MaskingError);
    const written = specialTokens.filter((token) => template.renderText(conversation).includes(token));
    for (const token of written) {
      expect(call(tokenizerWith(...specialTokens.filter((one) => one !== token))), token).toThrow(
        `maskExample: expected ${token}, which the template ${JSON.stringify(template.name)} writes, to be one token each, got a tokenizer that lacks them; tokenizer.addSpecialTokens([${JSON.stringify(token)}]) adds them`,
      );
    }
    expect(call(tokenizerWith(...specialTokens))).not.toThrow();
  });

  test('is an error where it ends a turn of any template', () => {
    const template = ChatTemplate.fromSource(
      '{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>\n{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}',
      { name: 'mine' },
    );
    expect(() => maskExample(conversation, { template, tokenizer: tokenizerWith() })).toThrow(
      /expected <\|end\|>, which the template "mine" writes, to be one token each/,
    );
    expect(() => maskExample(conversation, { template, tokenizer: tokenizerWith('<|end|>') })).not.toThrow();
  });

  test('that a message spells is text', () => {
    const template = resolveTemplate('chatml');
    const tokenizer = tokenizerWith('<|im_start|>', '<|im_end|>');
    const said = { messages: [{ role: 'user', content: '<|vision|> [x]' }, conversation.messages[1]!] };
    expect(() => maskExample(said, { template, tokenizer })).not.toThrow();
    const ends = { messages: [conversation.messages[0]!, { role: 'assistant', content: '<b>' }] };
    expect(() => maskExample(ends, { template, tokenizer })).not.toThrow();
  });
});

test('a mask that cannot be proven is an error that says where', () => {
  const template = resolveTemplate('chatml');
  const tokenizer = tokenizerWith(...builtInTemplates.chatml.specialTokens);
  // A template whose spans begin in the header.
  const early = new Proxy(template, {
    get(target, key) {
      if (key === 'render') {
        return (...given: Parameters<ChatTemplate['render']>) => {
          const rendered = target.render(...given);
          const [first] = rendered.generation;
          return { ...rendered, generation: [{ ...first!, start: first!.start - 5, parts: undefined }] };
        };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  let failure: unknown;
  try {
    maskExample(conversation, { template: early, tokenizer });
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(MaskError);
  const { finding, message } = failure as MaskError;
  expect(finding.kind).toBe('outside');
  expect(template.renderText(conversation).slice(finding.start, finding.end)).toBe(
    'tant\n'.slice(0, finding.end - finding.start),
  );
  expect(message).toBe(
    `maskExample: ${finding.problem}; the mask would not be exact, so the example is not used`,
  );
});

describe('users are learnt, too', () => {
  const roles = ['assistant', 'user'];
  const turns = (count: number): Conversation => ({
    messages: Array.from({ length: count }, (_, i) => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content: i % 2 === 0 ? 'Hi' : 'Hello',
    })),
  });
  const learnt = (source: string, conversation: Conversation): string => {
    const tokenizer = tokenizerWith('<u>', '<a>', '<end>');
    const template = ChatTemplate.fromSource(source);
    const { labels } = maskExample(conversation, { template, tokenizer, roles });
    return tokenizer.decode(labels.filter((id) => id >= 0));
  };

  test('where nothing stands between the end of an answer and the next message', () => {
    const source =
      "{% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}{{ m.content }}{{ '<end>' if m.role == 'assistant' }}{% endfor %}{{ '<a>' if add_generation_prompt }}";
    expect(learnt(source, turns(4))).toBe('HiHello<end><u>HiHello<end>');
  });

  test.each([
    ['with marks', builtInTemplates.chatml.source],
    ['without marks', withoutGenerationTags(builtInTemplates.chatml.source)],
  ])('in 40,000 turns, %s', (_, source) => {
    const template = ChatTemplate.fromSource(source);
    const tokenizer = tokenizerWith(...builtInTemplates.chatml.specialTokens);
    const { supervisedTokens } = maskExample(turns(40_000), { template, tokenizer, roles });
    expect(supervisedTokens).toBeGreaterThan(2 * 40_000);
  });
});
