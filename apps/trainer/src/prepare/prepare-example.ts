/** One road from an example to tokens and labels, for `train`, `eval` and `inspect` alike. */
import type { Example } from '@sftkit/data';
import { type MaskedExample, type MaskPolicy, maskConversation, maskText, tokenRoles } from '@sftkit/masking';
import type { ChatTemplate } from '@sftkit/templates';
import type { Encoding, Tokenizer } from '@sftkit/tokenization';
import { UserError } from '../user-error.js';
import { plainRanges } from './plain-ranges.js';

export interface PrepareOptions {
  readonly tokenizer: Tokenizer;
  /** Undefined where the data is plain text. */
  readonly template: ChatTemplate | undefined;
  readonly mask: MaskPolicy;
}

/** An example as the loss will see it, and what it was made of. */
export interface PreparedExample extends MaskedExample {
  readonly text: string;
  readonly encoding: Encoding;
  /** (N) role of the message that a token starts in; null for what the template wrote, and for plain text. */
  readonly roles: readonly (string | null)[];
  readonly straddlingTokens: number;
  readonly example: Example;
}

/** @throws errors of templates, tokenization and masking, with the example's place in front */
export function prepareExample(example: Example, options: PrepareOptions): PreparedExample {
  try {
    return example.kind === 'text'
      ? prepareText(example, example.text, options)
      : prepareConversation(example, options);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const { file, line } = example.source;
    throw new UserError(`${file}:${line}: ${cause.message}`, { cause });
  }
}

function prepareConversation(
  example: Example & { kind: 'conversation' },
  { tokenizer, template, mask }: PrepareOptions,
): PreparedExample {
  if (template === undefined) {
    throw new UserError('expected plain text, found a conversation; name a template');
  }
  const { conversation } = example;
  const rendered = template.render(conversation);
  const { text } = rendered;
  // Templates write their own special tokens, as Hugging Face's apply_chat_template: the tokenizer adds none.
  const encoding = tokenizer.encode(text, {
    plainRanges: plainRanges(text, conversation, template, tokenizer.specialTokens),
  });
  const masked = maskConversation(rendered, encoding, conversation, { policy: mask });
  return { ...masked, text, encoding, roles: tokenRoles(rendered, encoding), example };
}

/** Plain text is framed as the tokenizer frames texts, and ends with the end of sequence: that is learnt too. */
function prepareText(example: Example, text: string, { tokenizer }: PrepareOptions): PreparedExample {
  const framed = tokenizer.encode(text, { addSpecialTokens: true });
  const { eosTokenId } = tokenizer;
  const encoding =
    eosTokenId === undefined || framed.ids.at(-1) === eosTokenId
      ? framed
      : appended(framed, eosTokenId, text.length);
  return {
    ...maskText(encoding),
    text,
    encoding,
    roles: Array.from(encoding.ids, () => null),
    straddlingTokens: 0,
    example,
  };
}

function appended({ ids, starts, ends, special }: Encoding, id: number, at: number): Encoding {
  const longer = (array: Int32Array, value: number): Int32Array => {
    const result = new Int32Array(array.length + 1);
    result.set(array);
    result[array.length] = value;
    return result;
  };
  return {
    ids: longer(ids, id),
    starts: longer(starts, at),
    ends: longer(ends, at),
    special: Uint8Array.from(longer(Int32Array.from(special), 1)),
  };
}
