/**
 * Where a place inside of a message came out in the rendering: found by rendering again with marks at the places. The
 * text without the marks must be the text as it was; that is the proof.
 */
import type { ChatTemplate, Conversation, Message, RenderOptions } from '@sftkit/templates';
import { MaskingError } from './masking-error.js';
import { unusedCharacter } from './unused-character.js';

/** Before character `offset` of a text that a message holds. */
export interface Place {
  /** Index into `conversation.messages`. */
  readonly message: number;
  /** `content`, or a field that holds text, such as `reasoning_content`. */
  readonly field: string;
  /** Index into the content's parts, where it has parts. */
  readonly part?: number;
  readonly offset: number;
}

/**
 * @param text the conversation as `template` renders it with these options
 * @returns for each place its offset in `text`; undefined where the template leaves it out
 * @throws {MaskingError} if the marks change the text, or one comes out twice
 */
export function locatePlaces(
  text: string,
  conversation: Conversation,
  template: ChatTemplate,
  places: readonly Place[],
  options: RenderOptions = {},
): readonly (number | undefined)[] {
  if (places.length === 0) return [];
  const mark = unusedCharacter([text, template.source, JSON.stringify(conversation)]);
  const messages = conversation.messages.map((message, index) =>
    places
      .map((place, number) => ({ place, number }))
      .filter(({ place }) => place.message === index)
      // From the back, so that earlier offsets stay true; of two at one place the later one goes in first.
      .sort((a, b) => b.place.offset - a.place.offset || b.number - a.number)
      .reduce((marked, { place, number }) => insert(marked, place, `${mark}${number}${mark}`), message),
  );
  const rendered = template.renderText({ ...conversation, messages }, options);
  const found: (number | undefined)[] = places.map(() => undefined);
  // Marks are every second piece: the text before the first, its number, the text behind it, ...
  let plain = '';
  for (const [index, piece] of rendered.split(mark).entries()) {
    if (index % 2 === 0) plain += piece;
    else if (found[Number(piece)] === undefined) found[Number(piece)] = plain.length;
    else throw refused('each place once', 'one twice', places[Number(piece)]!);
  }
  if (plain !== text) throw refused('the same text with marks at these places', 'another one', places[0]!);
  return found;
}

function insert(message: Message, { field, part, offset }: Place, mark: string): Message {
  const into = (text: string): string => text.slice(0, offset) + mark + text.slice(offset);
  const value = (message as unknown as Readonly<Record<string, unknown>>)[field];
  if (typeof value === 'string') return { ...message, [field]: into(value) };
  if (!Array.isArray(message.content)) return message;
  const content = message.content.map((entry, i) =>
    i === part ? { ...entry, text: into(entry.text ?? '') } : entry,
  );
  return { ...message, content };
}

function refused(expected: string, got: string, { message, field }: Place): MaskingError {
  return new MaskingError(
    `locatePlaces: expected ${expected} in ${field} of messages[${message}], got ${got}; the template changes what it is ` +
      'given there, so thoughts and parts cannot be told apart: set train or weight on the whole message',
  );
}
