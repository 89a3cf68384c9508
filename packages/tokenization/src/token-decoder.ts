/**
 * Token -> bytes. Text is put together from bytes, never from the texts of single tokens, because a character
 * may be spread over several tokens. Nothing is "cleaned up": decoding an encoded text gives it back.
 */
import { shortJson } from '@sftkit/json';
import { unspellBytes } from './byte-level.js';
import { TokenizationError } from './tokenization-error.js';
import { type Component, describe, isJsonObject, readSequence } from './tokenizer-json.js';

export interface TokenDecoder {
  /** The bytes that a token of the vocabulary stands for, added tokens excepted: theirs are their content. */
  bytes(token: string): Uint8Array;
  /** Most spaces that are taken off the beginning of a decoded text. */
  readonly stripSpaces: number;
}

/** A text, and what stands in its place. */
interface Replacement {
  readonly text: string;
  readonly content: string;
}

const utf8 = new TextEncoder();
const BYTE_TOKEN = /^<0x([0-9A-Fa-f]{2})>$/;

/**
 * @throws {TokenizationError} for a decoder, or an order of them, that does not turn tokens into bytes
 */
export function compileTokenDecoder(component: Component | undefined): TokenDecoder {
  let byteLevel = false;
  let byteFallback = false;
  let fused = false;
  let stripSpaces = 0;
  const replacements: Replacement[] = [];
  for (const step of component === undefined ? [] : flatten(component)) {
    switch (step.type) {
      case 'ByteLevel':
        byteLevel = true;
        break;
      case 'ByteFallback':
        byteFallback = true;
        break;
      case 'Fuse':
        fused = true;
        break;
      case 'Replace':
        replacements.push(readReplacement(step));
        break;
      case 'Metaspace': {
        const replacement = typeof step.replacement === 'string' ? step.replacement : '▁';
        replacements.push({ text: replacement, content: ' ' });
        if ((step.prepend_scheme ?? (step.add_prefix_space === false ? 'never' : 'always')) !== 'never')
          stripSpaces = 1;
        break;
      }
      case 'Strip':
        if (!fused || step.content !== ' ' || step.stop !== 0) throw unsupported(step);
        stripSpaces = Number(step.start);
        break;
      default:
        throw unsupported(step);
    }
  }
  return {
    stripSpaces,
    bytes(token) {
      if (byteLevel) return unspellBytes(token) ?? utf8.encode(token);
      const byte = byteFallback ? BYTE_TOKEN.exec(token) : null;
      if (byte) return Uint8Array.of(Number.parseInt(byte[1]!, 16));
      const text = replacements.reduce(
        (current, { text: replaced, content }) => current.replaceAll(replaced, () => content),
        token,
      );
      return utf8.encode(text);
    },
  };
}

function flatten(component: Component): readonly Component[] {
  return component.type === 'Sequence' ? readSequence(component, 'decoders').flatMap(flatten) : [component];
}

function readReplacement(step: Component): Replacement {
  if (
    isJsonObject(step.pattern) &&
    typeof step.pattern.String === 'string' &&
    typeof step.content === 'string'
  ) {
    return { text: step.pattern.String, content: step.content };
  }
  throw unsupported(step);
}

function unsupported(step: Component): TokenizationError {
  return new TokenizationError(
    `tokenizer.json: decoder: expected ByteLevel, or Replace, ByteFallback, Fuse and Strip (of spaces, at the ` +
      `start), or Metaspace, got ${describe(step.type)} ${shortJson(step, 300)}`,
  );
}
