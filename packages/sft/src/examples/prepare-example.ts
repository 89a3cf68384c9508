/** One road from an example to tokens and labels, for `train`, `eval` and `inspect` alike; every mask is proven. */
import type { ConversationExample, Example, TextExample } from '@sftkit/data';
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
  readonly example: Example;
}

/** What a prepared example was made of: text and tokens, for showing them. */
export interface ExplainedExample extends PreparedExample {
  readonly rendered: RenderedConversation;
  readonly encoding: Encoding;
}

export interface PreparedExamples {
  readonly prepared: readonly PreparedExample[];
  readonly refused: readonly RefusedExample[];
}

/**
 * At once, on this thread.
 * @throws {SftError} at the first example that is wrong; one whose mask cannot be exact is only refused
 */
export function prepareHere(examples: readonly Example[], options: PrepareOptions): PreparedExamples {
  const prepared: PreparedExample[] = [];
  const refused: RefusedExample[] = [];
  for (const example of examples) {
    try {
      prepared.push(prepareExample(example, options));
    } catch (error) {
      if (!(error instanceof RefusedExample)) throw error;
      refused.push(error);
    }
  }
  return { prepared, refused };
}

/** Examples that are prepared before something else has a turn: some 20 ms of work. */
const TURN = 32;

/**
 * On this thread, which stays responsive.
 * @param onProgress told how many examples are done
 * @throws {SftError} as `prepareHere`
 */
export async function prepareInTurns(
  examples: readonly Example[],
  options: PrepareOptions,
  onProgress: (done: number) => void = () => undefined,
): Promise<PreparedExamples> {
  const prepared: PreparedExample[] = [];
  const refused: RefusedExample[] = [];
  for (let from = 0; from < examples.length; from += TURN) {
    const turn = prepareHere(examples.slice(from, from + TURN), options);
    prepared.push(...turn.prepared);
    refused.push(...turn.refused);
    onProgress(Math.min(from + TURN, examples.length));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return { prepared, refused };
}

/** @throws what `explainExample` throws */
export function prepareExample(example: Example, options: PrepareOptions): PreparedExample {
  // What only explains is not kept: a data set of these stays in memory.
  const { rendered: _text, encoding: _tokens, ...rest } = explainExample(example, options);
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
      throw new RefusedExample(example, reason, detail, cause);
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
export function unlearnableCharacters(examples: readonly PreparedExample[]): number {
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
    rendered,
    encoding,
    example,
  };
}
