/** One road from an example to tokens and labels, for `train`, `eval` and `inspect` alike; every mask is proven. */
import type { ConversationExample, Example, Source, TextExample } from '@sftkit/data';
import { MaskError, type MaskedExample, type MaskPolicy, maskExample, maskText } from '@sftkit/masking';
import type { ChatTemplate, RenderedConversation, RenderFinding } from '@sftkit/templates';
import type { Encoding, Tokenizer } from '@sftkit/tokenization';
import { encodeText } from '../base/encode-text.js';
import { SftError } from '../sft-error.js';
import { RefusedExample, refusalReason } from './refusal.js';

export interface PrepareOptions {
  readonly tokenizer: Tokenizer;
  /** Undefined where the data is plain text. */
  readonly template: ChatTemplate | undefined;
  readonly mask: MaskPolicy;
  /** Roles to train; the assistant alone when absent. */
  readonly roles?: readonly string[];
  /** Whether thoughts are learnt; true when absent. */
  readonly reasoning?: boolean;
  /** Tokens at which the model stops, as they are spelt; undefined where nobody knows. */
  readonly stopTokens?: readonly string[] | undefined;
  /** The token that ends plain text; undefined where nobody knows one, and then nothing ends it. */
  readonly endOfText?: number | undefined;
}

/** An example as the loss will see it, and where it came from. */
export interface PreparedExample extends MaskedExample {
  /** Tokens that cross the border of an answer, decided by their first character. */
  readonly straddlingTokens: number;
  /** Characters of the assistant that no label can reach: those of the first token, which nothing predicts. */
  readonly unlearnableCharacters: number;
  /** What differs from what a reader would expect: a prompt that goes on, an end that was appended. */
  readonly findings: readonly RenderFinding[];
  /** The row that it was made of. */
  readonly source: Source;
}

/** What a prepared example was made of: text and tokens, for showing them. */
export interface ExplainedExample extends PreparedExample {
  readonly example: Example;
  readonly rendered: RenderedConversation;
  readonly encoding: Encoding;
}

/** @throws what `explainExample` throws */
export function prepareExample(example: Example, options: PrepareOptions): PreparedExample {
  const { rendered: _text, encoding: _tokens, example: _row, ...rest } = explainExample(example, options);
  return rest;
}

/**
 * An example as the loss will see it, with the text and the tokens that it was made of.
 * @throws {RefusedExample} if the mask of the example cannot be exact
 * @throws {SftError} with the example's place in front of what templates or tokenizer say
 */
export function explainExample(example: Example, options: PrepareOptions): ExplainedExample {
  try {
    return example.kind === 'text' ? explainText(example, options) : explainConversation(example, options);
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof RefusedExample) throw cause;
    const reason = refusalReason(cause);
    if (reason !== undefined) {
      const detail = cause instanceof MaskError ? cause.finding.problem : cause.message;
      throw new RefusedExample({ reason, detail, source: example.source }, cause);
    }
    const { file, line } = example.source;
    throw new SftError(`${file}:${line}: ${cause.message}`, { cause });
  }
}

function explainConversation(
  example: ConversationExample,
  { tokenizer, template, mask: policy, roles = ['assistant'], reasoning = true, stopTokens }: PrepareOptions,
): ExplainedExample {
  if (template === undefined) {
    throw new SftError(
      'expected plain text as in the first row, found a conversation; put them into files of their own',
    );
  }
  const { conversation } = example;
  const render = stopTokens === undefined ? {} : { stopTokens };
  const masked = maskExample(conversation, { template, tokenizer, policy, roles, reasoning, render });
  const { rendered, encoding } = masked;
  return {
    ...masked,
    unlearnableCharacters: unlearnable(rendered, encoding),
    findings: rendered.findings,
    source: example.source,
    example,
  };
}

/** The proof exempts the first token alone, so what is left of an answer is what that token holds. */
function unlearnable({ generation }: RenderedConversation, { starts, ends }: Encoding): number {
  const [start = 0, end = 0] = [starts[0], ends[0]];
  return generation.reduce(
    (sum, span) => sum + Math.max(0, Math.min(end, span.end) - Math.max(start, span.start)),
    0,
  );
}

/** Of all examples together. */
export function unlearnableCharacters(
  examples: readonly Pick<PreparedExample, 'unlearnableCharacters'>[],
): number {
  return examples.reduce((sum, example) => sum + example.unlearnableCharacters, 0);
}

function explainText(
  example: TextExample,
  { tokenizer, endOfText, stopTokens }: PrepareOptions,
): ExplainedExample {
  const { text, weight = 1 } = example;
  const encoding = encodeText(text, tokenizer, endOfText, stopTokens);
  const rendered = { text, messages: [], generation: [], sources: [], findings: [] };
  const masked = maskText(encoding, { weight });
  return {
    ...masked,
    straddlingTokens: 0,
    unlearnableCharacters: 0,
    findings: [],
    source: example.source,
    rendered,
    encoding,
    example,
  };
}
