/** One road from an example to tokens and labels, for `train`, `eval` and `inspect` alike. */
import type { Example } from '@sftkit/data';
import { type MaskedExample, type MaskPolicy, maskConversation, maskText } from '@sftkit/masking';
import type { ChatTemplate, RenderedConversation } from '@sftkit/templates';
import type { Encoding, Tokenizer } from '@sftkit/tokenization';
import { UserError } from '../user-error.js';
import { plainRanges } from './plain-ranges.js';

export interface PrepareOptions {
  readonly tokenizer: Tokenizer;
  /** Undefined where the data is plain text. */
  readonly template: ChatTemplate | undefined;
  readonly mask: MaskPolicy;
}

/** An example as the loss will see it, and where it came from. */
export interface PreparedExample extends MaskedExample {
  /** Tokens that cross the border of an answer, decided by their first character. */
  readonly straddlingTokens: number;
  readonly example: Example;
}

/** What a prepared example was made of: text and tokens, for showing them. */
export interface ExplainedExample extends PreparedExample {
  readonly rendered: RenderedConversation;
  readonly encoding: Encoding;
}

/** @throws {UserError} with the example's place in front of what templates, tokenizer or mask say */
export function prepareExample(example: Example, options: PrepareOptions): PreparedExample {
  // What only explains is not kept: a data set of these stays in memory.
  const { rendered: _text, encoding: _tokens, ...prepared } = explainExample(example, options);
  return prepared;
}

/** @throws {UserError} as `prepareExample` */
export function explainExample(example: Example, options: PrepareOptions): ExplainedExample {
  try {
    return example.kind === 'text'
      ? explainText(example, example.text, options)
      : explainConversation(example, options);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const { file, line } = example.source;
    throw new UserError(`${file}:${line}: ${cause.message}`, { cause });
  }
}

function explainConversation(
  example: Example & { kind: 'conversation' },
  { tokenizer, template, mask }: PrepareOptions,
): ExplainedExample {
  if (template === undefined) {
    throw new UserError(
      'expected plain text as in the first row, found a conversation; put them into files of their own',
    );
  }
  const { conversation } = example;
  const rendered = template.render(conversation);
  // Templates write their own special tokens, as Hugging Face's apply_chat_template: the tokenizer adds none.
  const encoding = tokenizer.encode(rendered.text, {
    plainRanges: plainRanges(rendered.text, conversation, template, tokenizer.specialTokens),
    // Where the model takes over: the tokens before an answer are those that it will see when it is asked.
    boundaries: rendered.generation.map(({ start }) => start),
  });
  return {
    ...maskConversation(rendered, encoding, conversation, { policy: mask }),
    rendered,
    encoding,
    example,
  };
}

/** Plain text is framed as the tokenizer frames texts, and ends with the end of sequence: that is learnt too. */
function explainText(example: Example, text: string, { tokenizer }: PrepareOptions): ExplainedExample {
  const framed = tokenizer.encode(text, { addSpecialTokens: true });
  const { eosTokenId } = tokenizer;
  const encoding =
    eosTokenId === undefined || framed.ids.at(-1) === eosTokenId
      ? framed
      : appended(framed, eosTokenId, text.length);
  const rendered = { text, messages: [], generation: [] };
  return { ...maskText(encoding), straddlingTokens: 0, rendered, encoding, example };
}

function appended({ ids, starts, ends, special }: Encoding, id: number, at: number): Encoding {
  const longer = (array: ArrayLike<number>, value: number): Int32Array => {
    const result = new Int32Array(array.length + 1);
    result.set(array);
    result[array.length] = value;
    return result;
  };
  return {
    ids: longer(ids, id),
    starts: longer(starts, at),
    ends: longer(ends, at),
    special: Uint8Array.from(longer(special, 1)),
  };
}
