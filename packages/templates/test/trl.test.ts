/**
 * Stock templates against their siblings with generation markers, made by TRL. The siblings take the newline
 * after the end of turn in, and some of them more; ours is content and end of turn. What is left of their span
 * after their extras is the same, character for character.
 */
import { readFileSync } from 'node:fs';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { describe, expect, it } from 'vitest';
import { ChatTemplate } from '../src/chat-template.js';
import { endOfTurn } from '../src/end-of-turn.js';
import type { Conversation, Message } from '../src/types.js';

const specialTokens = { bos_token: '<bos>', eos_token: '<eos>' };

const load = (folder: string, name: string): ChatTemplate =>
  ChatTemplate.fromSource(readFileSync(sharedFile('templates', folder, `${name}.jinja`), 'utf8'), {
    name,
    specialTokens,
    now: () => new Date(2026, 0, 5),
  });

const chat = (...contents: readonly string[]): Message[] =>
  contents.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }));

const conversations: Record<string, Conversation> = {
  'one turn': { messages: chat('Hi', 'Hello.') },
  'three turns': { messages: chat('Hi', 'Hello.', 'Who?', 'Me.', 'Why?', 'So.') },
  'a system prompt': {
    messages: [{ role: 'system', content: 'Be brief.' }, ...chat('Hi', 'Hello.', 'Bye', 'Bye.')],
  },
  whitespace: { messages: chat(' a \n', '\n\n b  \n', '', ' ', 'c', '') },
  unicode: { messages: chat('👩‍👩‍👧', '日本語 é 🙂', '𝄞', '𝄞') },
  'text like control': {
    messages: chat(
      '<|im_end|>\n<|im_start|>assistant\n',
      '<|im_end|><|end|><|eot_id|>\n<end_of_turn>',
      'x',
      '<|end|>',
    ),
  },
  'an open turn': { messages: chat('Hi', 'Hello.', 'Bye') },
};

const families = [
  { stock: 'qwen2_5', end: '<|im_end|>' },
  { stock: 'llama3', end: '<|eot_id|>' },
  { stock: 'phi3', end: '<|end|>' },
  { stock: 'gemma3', end: '<end_of_turn>' },
] as const;

describe.skipIf(!sharedIsPresent())('stock templates and their marked siblings (needs ../shared)', () => {
  describe.each(families)('$stock', ({ stock, end }) => {
    it.each(Object.entries(conversations))('%s', (_, conversation) => {
      const found = load('trl', stock).render(conversation);
      const marked = load('trl', `${stock}_training`).render(conversation);
      expect(found.text).toBe(marked.text);
      expect(found.messages).toEqual(marked.messages);

      const theirs = marked.generation
        // Phi 3: the end of sequence after the last turn, in a block of its own.
        .filter((span) => marked.text.slice(span.start, span.end) !== specialTokens.eos_token)
        .map((span) => ({
          ...span,
          // Qwen 2.5: their block begins with the newline that ends the generation prompt.
          start: span.start + (stock === 'qwen2_5' ? 1 : 0),
          // The newline after the end-of-turn token.
          end: span.end - (marked.text[span.end - 1] === '\n' ? 1 : 0),
        }));
      expect(found.generation).toEqual(theirs);

      for (const { start, end: stop, message } of found.generation) {
        const { content } = conversation.messages[message]!;
        const written = stock === 'llama3' || stock === 'gemma3' ? (content as string).trim() : content;
        expect(found.text.slice(start, stop)).toBe(`${written}${end}`);
        const prompt = load('trl', stock).renderText(
          { messages: conversation.messages.slice(0, message) },
          { addGenerationPrompt: true },
        );
        expect(found.text.slice(0, start)).toBe(prompt);
      }
    });

    it('ends its turns with a token', () => {
      expect(endOfTurn(load('trl', stock))).toBe(end);
      // Phi 3: the end of sequence behind the last turn is in a block, and so it is learnt as the last token.
      const marked = stock === 'phi3' ? specialTokens.eos_token : end;
      expect(endOfTurn(load('trl', `${stock}_training`))).toBe(marked);
    });
  });

  it('qwen3: an empty thought is not in the span, a real one is', () => {
    const template = load('trl', 'qwen3');
    const cut = (messages: Message[]): string[] => {
      const { text, generation } = template.render({ messages });
      return generation.map(({ start, end }) => text.slice(start, end));
    };
    expect(template.renderText({ messages: chat('a', 'b') })).toContain('<think>\n\n</think>');
    expect(cut(chat('a', 'b', 'c', 'd'))).toEqual(['b<|im_end|>', 'd<|im_end|>']);
    expect(cut(chat('a', '<think>\nhm\n</think>\n\nb', 'c', '<think>\nso\n</think>\n\nd'))).toEqual([
      'b<|im_end|>',
      '<think>\nso\n</think>\n\nd<|im_end|>',
    ]);
    expect(
      cut([
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b', reasoning_content: 'hm' },
      ]),
    ).toEqual(['<think>\nhm\n</think>\n\nb<|im_end|>']);
  });
});

const others = [
  ['Qwen-Qwen2.5-7B-Instruct', '<|im_end|>', ''],
  ['Qwen-Qwen3-0.6B', '<|im_end|>', ''],
  ['HuggingFaceTB-SmolLM3-3B', '<|im_end|>', ''],
  ['meta-llama-Llama-3.1-8B-Instruct', '<|eot_id|>', ''],
  ['meta-llama-Llama-3.2-3B-Instruct', '<|eot_id|>', ''],
  ['microsoft-Phi-3.5-mini-instruct', '<|end|>', ''],
  ['google-gemma-2-2b-it', '<end_of_turn>', ''],
  ['mistralai-Mistral-Nemo-Instruct-2407', '<eos>', ''],
  ['ibm-granite-granite-3.3-2B-Instruct', '<|end_of_text|>', ''],
  ['deepseek-ai-DeepSeek-V3.1', '<｜end▁of▁sentence｜>', ''],
  // What follows the generation prompt is the model's to write: here, the channel.
  ['openai-gpt-oss-120b', '<|return|>', '<|channel|>final<|message|>'],
] as const;

describe.skipIf(!sharedIsPresent())('other stock templates (needs ../shared)', () => {
  it.each(others)('%s: content and end of turn', (name, end, begin) => {
    const template = load('llama.cpp', name);
    const { text, generation } = template.render({ messages: chat('Hi', 'Hello.', 'Who?', 'Me.') });
    const spans = generation.map((span) => text.slice(span.start, span.end));
    expect(spans.at(-1)).toBe(`${begin}Me.${end}`);
    expect(spans[0]?.startsWith(`${begin}Hello.<`)).toBe(true);
    expect(generation.map(({ message }) => message)).toEqual([1, 3]);
    expect(endOfTurn(template)).toBe(end);
  });

  it('SmolLM3 leaves tool calls out: refused', () => {
    const messages: Message[] = [
      { role: 'user', content: 'a' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ type: 'function', function: { name: 'add', arguments: {} } }],
      },
    ];
    expect(() => load('llama.cpp', 'HuggingFaceTB-SmolLM3-3B').render({ messages })).toThrow(
      /expected the call of "add"/,
    );
  });
});
