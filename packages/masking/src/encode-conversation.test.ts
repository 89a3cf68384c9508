/** With a tokenizer whose tokens are bytes and a few merges, so that every token can be checked by hand. */
import { ChatTemplate } from '@sftkit/templates';
import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { expect, test } from 'vitest';
import { encodeConversation } from './encode-conversation.js';
import { maskConversation } from './mask-conversation.js';
import { verifyMask } from './verify-mask.js';

// Learns ";\n" and "\n\n" as tokens.
const trained = trainByteLevelBpe([';\n;\n;\n;\n', '\n\n', '\n\n', '\n\n'], {
  vocabSize: 258,
  pattern: 'llama3',
});
const tokenizer = Tokenizer.fromObjects(trained.tokenizerJson, trained.tokenizerConfig);

function tokens(source: string, answer: string, options: { role?: string } = {}) {
  const template = ChatTemplate.fromSource(source);
  const conversation = { messages: [{ role: options.role ?? 'assistant', content: answer }] };
  const rendered = template.render(conversation);
  const encoding = encodeConversation(rendered, conversation, { tokenizer });
  const masked = maskConversation(rendered, encoding, conversation);
  const said = Array.from(encoding.starts, (start, t) => rendered.text.slice(start, encoding.ends[t]));
  return {
    said,
    learnt: said.filter((_, t) => masked.labels[t]! >= 0),
    findings: verifyMask(rendered, encoding, conversation, masked),
  };
}

test('the text is cut where the answer begins', () => {
  const source = '{% for m in messages %}A\n{% generation %}{{ m.content }};{% endgeneration %}{% endfor %}';
  expect(tokens(source, '\nb')).toEqual({
    said: ['A', '\n', '\n', 'b', ';'],
    learnt: ['\n', 'b', ';'],
    findings: [],
  });
});

test('and between the answers of two messages that stand side by side', () => {
  const template = ChatTemplate.fromSource(
    '{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}',
  );
  const conversation = {
    messages: [
      { role: 'assistant', content: 'a;' },
      { role: 'assistant', content: '\nb' },
    ],
  };
  const rendered = template.render(conversation);
  const { starts, ends } = encodeConversation(rendered, conversation, { tokenizer });
  const said = Array.from(starts, (start, t) => rendered.text.slice(start, ends[t]));
  expect(said).toEqual(['a', ';', '\n', 'b']);
});

test('and where it ends, if no token of its own ends it', () => {
  const source =
    '{% for m in messages %}A:{% generation %}{{ m.content }};{% endgeneration %}{{ "\n" }}{% endfor %}';
  expect(tokenizer.encode(';\n').ids.length).toBe(1);
  const { said, learnt, findings } = tokens(source, 'b');
  expect(said.slice(-2)).toEqual([';', '\n']);
  expect({ learnt, findings }).toEqual({ learnt: ['b', ';'], findings: [] });
});

test('the border of two neighbouring spans is inside one answer, and not cut', () => {
  const source =
    '{% for m in messages %}A:{% generation %};{% endgeneration %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}';
  expect(tokens(source, '\nb').said).toEqual(['A', ':', ';\n', 'b']);
});

test('a tokenizer that frames texts by itself adds no second beginning or end of sequence', () => {
  const { tokenizerJson, tokenizerConfig } = trainByteLevelBpe(['a'], {
    vocabSize: 258,
    specialTokens: ['<s>', '</s>'],
    bosToken: '<s>',
    eosToken: '</s>',
  });
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const framing = Tokenizer.fromObjects(
    {
      ...tokenizerJson,
      post_processor: {
        type: 'TemplateProcessing',
        single: [special('<s>'), { Sequence: { id: 'A', type_id: 0 } }, special('</s>')],
        special_tokens: { '<s>': { id: '<s>', ids: [0] }, '</s>': { id: '</s>', ids: [1] } },
      },
    },
    tokenizerConfig,
  );
  expect([...framing.encode('a', { addSpecialTokens: true }).ids].filter((id) => id < 2)).toEqual([0, 1]);
  const template = ChatTemplate.fromSource(
    '<s>{% for m in messages %}A:{% generation %}{{ m.content }}</s>{% endgeneration %}{% endfor %}',
  );
  const conversation = { messages: [{ role: 'assistant', content: 'b' }] };
  const rendered = template.render(conversation);
  const { ids } = encodeConversation(rendered, conversation, { tokenizer: framing });
  expect([...ids].filter((id) => id < 2)).toEqual([0, 1]);
});
