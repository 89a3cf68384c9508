/**
 * Where control tokens are only text: inside what people and tools said. A user who types `<|im_end|>` must not
 * end the turn.
 *
 * The places are found by rendering. The first character of each control token in a message or a tool is replaced
 * by a character that occurs nowhere else, and the conversation is rendered again: where that character comes out is
 * where the token is plain. Put back, it must give the text as it was; that is the proof. Nothing is assumed on what
 * the template writes around a message, and without control tokens in what was said nothing is rendered.
 */
import type {
  ChatTemplate,
  ContentPart,
  Conversation,
  Message,
  RenderOptions,
  Span,
} from '@sftkit/templates';
import { mapStrings } from './map-strings.js';
import { MaskingError } from './masking-error.js';
import { someString } from './some-string.js';
import { unusedCharacter } from './unused-character.js';

/**
 * @param text the conversation as `template` renders it with these options
 * @param controlTokens `Tokenizer.controlTokens`
 * @returns ranges of `text` where control tokens are not to be read, in order
 * @throws {MaskingError} if the template changes such a text, so that its place cannot be told
 */
export function plainRanges(
  text: string,
  conversation: Conversation,
  template: ChatTemplate,
  controlTokens: readonly string[],
  options: RenderOptions = {},
): Span[] {
  const pattern = patternOf(controlTokens);
  if (pattern === undefined || !holdsControlToken(conversation, pattern)) return [];
  const mask = unusedCharacter([text, template.source, JSON.stringify(conversation)]);
  const rendered = template.renderText(disguise(conversation, pattern, mask), options);
  const spans: Span[] = [];
  let restored = '';
  for (let at = rendered.indexOf(mask), from = 0; ; at = rendered.indexOf(mask, at + 1)) {
    restored += rendered.slice(from, at < 0 ? undefined : at);
    if (at < 0) break;
    restored += text.slice(at, at + 1);
    from = at + 1;
    const token = lengthAt(pattern, text, at);
    // Parts that make a control token only when nothing stands between them: something does.
    spans.push({ start: at, end: at + Math.max(1, token) });
  }
  if (restored !== text) {
    throw new MaskingError(
      'plainRanges: expected a message that holds a control token to come out of the template as it is, got another ' +
        'text around it, so that it cannot be read as plain text; take it out of the message, or allow control tokens',
    );
  }
  return spans;
}

const patterns = new WeakMap<readonly string[], RegExp>();

/** The longest of the tokens at a place; undefined where there is none at all. */
function patternOf(tokens: readonly string[]): RegExp | undefined {
  if (tokens.length === 0) return undefined;
  let pattern = patterns.get(tokens);
  if (pattern === undefined) {
    const escaped = tokens
      .toSorted((a, b) => b.length - a.length)
      .map((token) => token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    pattern = new RegExp(escaped.join('|'), 'gu');
    patterns.set(tokens, pattern);
  }
  return pattern;
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  const here = new RegExp(pattern.source, 'uy');
  here.lastIndex = at;
  return here.exec(text)?.[0].length ?? 0;
}

/** What a template may write: everything of a message but its role, and the tools. */
function holdsControlToken({ messages, tools }: Conversation, pattern: RegExp): boolean {
  const holds = (text: string): boolean => text.search(pattern) >= 0;
  const saysOne = (message: Message): boolean =>
    Object.entries(message).some(([key, said]) => key !== 'role' && (holds(key) || someString(said, holds)));
  const spellsOneAcrossParts = ({ content }: Message): boolean =>
    Array.isArray(content) && holds(content.map(({ text }) => text ?? '').join(''));
  return (
    someString(tools, holds) || messages.some((message) => saysOne(message) || spellsOneAcrossParts(message))
  );
}

function disguise(conversation: Conversation, pattern: RegExp, mask: string): Conversation {
  const hide = (text: string): string => text.replace(pattern, (token) => mask + token.slice(1));
  const messages = conversation.messages.map((message) => {
    // In the order of their keys: a template may write a message as JSON.
    const fields = Object.entries(message).map(([key, value]) => {
      if (key === 'role') return [key, value];
      return [key, mapStrings(key === 'content' ? hideAcross(value, pattern, mask) : value, hide)];
    });
    return Object.fromEntries(fields) as Message;
  });
  const { tools } = conversation;
  return { ...conversation, messages, ...(tools === undefined ? {} : { tools: mapStrings(tools, hide) }) };
}

/** A content; parts that make a control token together are disguised where it begins. */
function hideAcross(content: Message['content'], pattern: RegExp, mask: string): Message['content'] {
  if (!Array.isArray(content)) return content;
  const parts: readonly ContentPart[] = content;
  const joined = parts.map(({ text }) => text ?? '').join('');
  const starts = Array.from(joined.matchAll(pattern), ({ index }) => index);
  let from = 0;
  return parts.map((part) => {
    if (part.text === undefined) return part;
    let { text } = part;
    for (const start of starts) {
      const at = start - from;
      if (at >= 0 && at < text.length) text = text.slice(0, at) + mask + text.slice(at + 1);
    }
    from += part.text.length;
    return { ...part, text };
  });
}
