import { describe, expect, it } from 'vitest';
import { ChatTemplate } from './chat-template.js';
import { TemplateSyntaxError } from './errors.js';

const conversation = { messages: [{ role: 'user', content: 'a' }] };

describe('ChatTemplate.fromTokenizerConfig', () => {
  it('takes the template and the special tokens, as strings and as AddedTokens', () => {
    const template = ChatTemplate.fromTokenizerConfig({
      chat_template:
        '{{ bos_token }}|{{ eos_token }}|{{ pad_token }}|{{ image_token }}|{{ additional_special_tokens | join(",") }}',
      bos_token: { __type: 'AddedToken', content: '<s>', special: true },
      eos_token: '</s>',
      pad_token: null,
      add_bos_token: true,
      extra_special_tokens: { image_token: '<image>' },
      additional_special_tokens: ['<a>', { content: '<b>' }],
    });
    expect(template.renderText(conversation)).toBe('<s>|</s>||<image>|<a>,<b>');
  });

  const named = {
    chat_template: [
      { name: 'default', template: 'plain' },
      { name: 'tool_use', template: 'tools' },
    ],
  };

  it('chooses among named templates', () => {
    expect(ChatTemplate.fromTokenizerConfig(named).source).toBe('plain');
    expect(ChatTemplate.fromTokenizerConfig(named, { name: 'tool_use' }).source).toBe('tools');
    expect(() => ChatTemplate.fromTokenizerConfig(named, { name: 'rag' })).toThrow(
      'tokenizer config: expected a template named "rag", got "default", "tool_use"; name one of these',
    );
  });

  it('a chat_template.jinja goes before the configuration', () => {
    expect(ChatTemplate.fromTokenizerConfig(named, { chatTemplate: 'file' }).source).toBe('file');
  });

  it('prefers the template that marks what is generated, where it is the same one', () => {
    const marked = 'a{%- generation %}b{% endgeneration %}\n';
    const plain = 'a{%- if true %}b{% endif %}';
    const template = ChatTemplate.fromTokenizerConfig({
      chat_template: plain,
      training_chat_template: marked,
    });
    expect(template.source).toBe(marked);
    const changed = { chat_template: `${plain}c`, training_chat_template: marked };
    expect(ChatTemplate.fromTokenizerConfig(changed).source).toBe(`${plain}c`);
    const named = [
      { name: 'default', template: plain },
      { name: 'other', template: plain },
    ];
    const other = { chat_template: named, training_chat_template: marked };
    expect(ChatTemplate.fromTokenizerConfig(other).source).toBe(marked);
    expect(ChatTemplate.fromTokenizerConfig(other, { name: 'other' }).source).toBe(plain);
    const separate = { chat_template: plain, training_chat_template: marked };
    expect(ChatTemplate.fromTokenizerConfig(separate, { chatTemplate: 'file' }).source).toBe('file');
  });

  it('refuses a configuration without a template', () => {
    expect(() => ChatTemplate.fromTokenizerConfig({})).toThrow(TemplateSyntaxError);
    expect(() => ChatTemplate.fromTokenizerConfig({ chat_template: [] })).toThrow(
      /got a list of something else/,
    );
    expect(() => ChatTemplate.fromTokenizerConfig('text')).toThrow(/expected a JSON object, got string/);
  });
});
