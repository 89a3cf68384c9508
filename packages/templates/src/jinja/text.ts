/**
 * Text that knows where its characters came from. What a template does with a message's text (cut, strip, split,
 * join, replace, serialize) keeps for each character the field it was read from, so the output tells who wrote what.
 *
 * A string of the template itself is a JavaScript string; only text with something to tell is a `Text`. Offsets
 * and lengths are UTF-16 code units.
 */

/** A field of a message (or a tool), as far as it was read. */
export interface Source {
  /** Index into the messages; -1 for tools. */
  readonly message: number;
  /** Key of the message, such as `content` or `tool_calls`. */
  readonly field: string;
  /** Where the text stands inside of the field, such as `[0].function.name`; empty for the field itself. */
  readonly path: string;
  /** The text of a string; absent for a list or an object. */
  readonly text?: string;
}

/** A `{% generation %}` block; each run of one is another. */
export interface Block {
  /** What the block says that it writes. */
  readonly kind: string | undefined;
}

/** What surrounded a text when it was written: a loop that was at a message, a generation block. */
export interface Place {
  /** Index of the message; -1 outside of loops over messages. */
  readonly turn: number;
  /** The outermost generation block. */
  readonly block: Block | undefined;
}

/** Neighbouring characters with one origin. */
export interface Piece {
  readonly length: number;
  /** Undefined where the template wrote them. */
  readonly source: Source | undefined;
  /** Offset of the first character in `source.text`; -1 where the characters are not those of the source. */
  readonly from: number;
  /** Undefined until they are written. */
  readonly place: Place | undefined;
}

/**
 * The pieces of a text, put together when somebody asks: most texts are only joined and written. It holds no text of
 * the template's, so what a loop made and threw away is free.
 */
class Origin {
  #pieces: readonly Piece[] | undefined;
  #parts: readonly (number | Origin)[] | undefined;
  readonly #place: Place | undefined;
  /** How many pieces it has, or more. */
  readonly size: number;

  private constructor(size: number, place: Place | undefined) {
    this.size = size;
    this.#place = place;
  }

  static of(pieces: readonly Piece[]): Origin {
    const origin = new Origin(pieces.length, undefined);
    origin.#pieces = pieces;
    return origin;
  }

  /** @param parts origins, and lengths of what the template wrote; @param place of what is not placed yet */
  static joined(parts: readonly (number | Origin)[], place?: Place): Origin {
    let size = 0;
    for (const part of parts) size += typeof part === 'number' ? 1 : part.size;
    const origin = new Origin(size, place);
    origin.#parts = parts;
    return origin;
  }

  get pieces(): readonly Piece[] {
    this.#pieces ??= this.#collect();
    this.#parts = undefined;
    return this.#pieces;
  }

  #collect(): Piece[] {
    const pieces: Piece[] = [];
    // Without recursion: a text that a loop made grows to one side.
    const open: {
      readonly parts: readonly (number | Origin)[];
      readonly place: Place | undefined;
      at: number;
    }[] = [];
    let current = { parts: this.#parts ?? [], place: this.#place, at: 0 };
    for (;;) {
      const part = current.parts[current.at];
      current.at += 1;
      const { place } = current;
      if (part === undefined) {
        const outer = open.pop();
        if (!outer) return pieces;
        current = outer;
      } else if (typeof part === 'number') {
        addPiece(pieces, { length: part, source: undefined, from: 0, place });
      } else if (part.#parts) {
        open.push(current);
        current = { parts: part.#parts, place: joinPlaces(part.#place, place), at: 0 };
      } else for (const piece of part.pieces) addPiece(pieces, keptAt(piece, place));
    }
  }
}

/** A text with the origin of each character, or one that is safe for HTML (Jinja's `Markup`). */
export class Text {
  readonly value: string;
  readonly isMarkup: boolean;
  /** @internal */
  readonly origin: Origin;

  constructor(value: string, origin: readonly Piece[] | Origin, isMarkup = false) {
    this.value = value;
    this.isMarkup = isMarkup;
    this.origin = origin instanceof Origin ? origin : Origin.of(origin);
  }

  /** All of a message's string. */
  static of(source: Source): Text {
    const value = source.text ?? '';
    return new Text(value, [{ length: value.length, source, from: 0, place: undefined }]);
  }

  /** In order; the lengths add up to the text's. */
  get pieces(): readonly Piece[] {
    return this.origin.pieces;
  }
}

const originOf = (text: string | Text): number | Origin =>
  typeof text === 'string' ? text.length : text.origin;

/** A piece that was made at one place and is kept at another: it stays the first one's. */
function keptAt(piece: Piece, outer: Place | undefined): Piece {
  const place = joinPlaces(piece.place, outer);
  return place === piece.place ? piece : { ...piece, place };
}

/** A piece that is written at a place: it is that turn's, wherever it was made. */
export function writtenAt(piece: Piece, outer: Place | undefined): Piece {
  const place = outer && outer.turn >= 0 ? joinPlaces(outer, piece.place) : joinPlaces(piece.place, outer);
  return place === piece.place ? piece : { ...piece, place };
}

/** The first place, with what only the second one says. */
function joinPlaces(first: Place | undefined, second: Place | undefined): Place | undefined {
  if (!first || !second || first === second) return first ?? second;
  const turn = first.turn >= 0 ? first.turn : second.turn;
  const block = first.block ?? second.block;
  return turn === first.turn && block === first.block ? first : { turn, block };
}

/** Appends a piece; one that goes on where the last ended makes that longer. */
export function addPiece(pieces: Piece[], piece: Piece): void {
  if (piece.length === 0) return;
  const last = pieces.at(-1);
  const goesOn =
    last !== undefined &&
    last.source === piece.source &&
    last.place === piece.place &&
    (piece.source === undefined || (last.from < 0 ? piece.from < 0 : last.from + last.length === piece.from));
  if (goesOn) pieces[pieces.length - 1] = { ...last, length: last.length + piece.length };
  else pieces.push(piece);
}

export const stringOf = (text: string | Text): string => (typeof text === 'string' ? text : text.value);
export const isMarkup = (text: string | Text): boolean => typeof text !== 'string' && text.isMarkup;

export function piecesOf(text: string | Text): readonly Piece[] {
  return typeof text === 'string'
    ? [{ length: text.length, source: undefined, from: 0, place: undefined }]
    : text.pieces;
}

/** How many pieces a text has, or more: what it was put together of. */
export const pieceCount = (text: string | Text): number => (typeof text === 'string' ? 1 : text.origin.size);

/** The plain string where there is nothing to tell of it. */
function textOf(value: string, pieces: readonly Piece[], markup: boolean): string | Text {
  if (!markup && pieces.every(({ source, place }) => source === undefined && place === undefined))
    return value;
  return new Text(value, pieces, markup);
}

/** A text that a block at this place keeps for later. */
export function placed(text: string | Text, place: Place): string | Text {
  const value = stringOf(text);
  if (value === '') return text;
  return new Text(value, Origin.joined([originOf(text)], place), isMarkup(text));
}

/** @param start, end UTF-16 offsets inside of the text */
export function slice(text: string | Text, start: number, end: number): string | Text {
  return slicer(text)(start, end);
}

/** Cuts a text from left to right, with one pass over its pieces: no slice may start before the last one did. */
export function slicer(text: string | Text): (start: number, end: number) => string | Text {
  if (typeof text === 'string') return (start, end) => text.slice(start, end);
  const { length } = text.value;
  let index = 0;
  let at = 0;
  return (start, end) => {
    if (start === 0 && end === length) return text;
    const { pieces } = text;
    while (index < pieces.length && at + pieces[index]!.length <= start) {
      at += pieces[index]!.length;
      index += 1;
    }
    const cut = piecesBetween(pieces, index, at, start, end);
    return textOf(text.value.slice(start, end), cut, text.isMarkup);
  };
}

/** @param from index of a piece that begins at `begin`, at or before `start` */
function piecesBetween(
  pieces: readonly Piece[],
  from: number,
  begin: number,
  start: number,
  end: number,
): Piece[] {
  const cut: Piece[] = [];
  let at = begin;
  for (let index = from; index < pieces.length && at < end; index += 1) {
    const piece = pieces[index]!;
    const first = Math.max(start, at);
    const last = Math.min(end, at + piece.length);
    const length = last - first;
    if (length === piece.length) cut.push(piece);
    else if (length > 0) cut.push({ ...piece, length, from: piece.from < 0 ? -1 : piece.from + first - at });
    at += piece.length;
  }
  return cut;
}

/** Many in a row, with one pass over their pieces. */
export function concatAll(texts: readonly (string | Text)[], markup = false): string | Text {
  // A sum of two is not copied yet; a loop that adds to a text would copy it over and over.
  const value =
    texts.length < 16
      ? texts.reduce((sum: string, text) => sum + stringOf(text), '')
      : texts.map(stringOf).join('');
  if (!markup && texts.every((text) => typeof text === 'string')) return value;
  return new Text(value, Origin.joined(texts.map(originOf)), markup);
}

/** The first origin in a text; undefined where the template made all of it. */
export function sourceOf(text: string | Text): Source | undefined {
  return typeof text === 'string'
    ? undefined
    : text.pieces.find(({ source }) => source !== undefined)?.source;
}

/**
 * A text that was made of another: of the same length, its characters belong where the old ones did (`upper`);
 * otherwise all of it belongs to the old one's first origin.
 */
export function changed(text: string | Text, value: string): string | Text {
  if (typeof text === 'string') return value;
  if (value === text.value) return text;
  if (value.length === text.value.length) {
    const pieces = text.pieces.map((piece) => (piece.source ? { ...piece, from: -1 } : piece));
    return textOf(value, pieces, text.isMarkup);
  }
  return owned(value, sourceOf(text), text.isMarkup);
}

/** Characters that stand for a source without being its characters. */
export function owned(value: string, source: Source | undefined, markup = false): string | Text {
  if (source === undefined && !markup) return value;
  return new Text(
    value,
    value === '' ? [] : [{ length: value.length, source, from: -1, place: undefined }],
    markup,
  );
}

export function asMarkup(text: string | Text): Text {
  return typeof text !== 'string' && text.isMarkup ? text : new Text(stringOf(text), piecesOf(text), true);
}

/** The text without Jinja's promise that it is safe for HTML. */
export function withoutMarkup(text: string | Text): string | Text {
  return typeof text === 'string' || !text.isMarkup ? text : textOf(text.value, text.pieces, false);
}

/** Origin of each character's piece, asked with growing offsets. */
export function sourceReader(text: string | Text): (offset: number) => Source | undefined {
  const pieces = piecesOf(text);
  let index = 0;
  let end = pieces[0]?.length ?? 0;
  return (offset) => {
    while (offset >= end && index < pieces.length - 1) {
      index += 1;
      end += pieces[index]!.length;
    }
    return pieces[index]?.source;
  };
}
