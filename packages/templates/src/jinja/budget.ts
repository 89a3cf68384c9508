/**
 * Bounds what one rendering may cost. Each step of an expression is one unit of work, and what touches many
 * characters or items pays by their number: so a template ends within about a second, whatever it does, with a
 * result or with an error that names the limit. The limits grow with the input: long conversations are no attack.
 */
import { LimitError } from './python-error.js';

/** Units of work for any template: about a third of a second. */
const BASE_WORK = 4_000_000;
/** Units for each character and item of the input. */
const WORK_PER_INPUT = 60;
/** Characters that a native operation on texts handles in the time of one unit. */
const CHARACTERS_PER_UNIT = 64;
/** 4 Mi characters beyond the input are some million tokens: no template adds so much. */
const BASE_CHARACTERS = 2 ** 22;
/** Pieces of a text, each with its own origin. */
const BASE_PIECES = 2 ** 17;
/** Items of a list or dict. */
const BASE_ITEMS = 2 ** 20;
const BYTES_PER_CUT = 200;
/** Bytes, roughly, of all texts and lists that are made. */
const BASE_BYTES = 2 ** 26;

export class Budget {
  #work = 0;
  #bytes = 0;
  readonly #maxWork: number;
  readonly #maxBytes: number;
  readonly #maxCharacters: number;
  readonly #maxPieces: number;
  readonly #maxItems: number;

  /** @param inputSize characters and items of what the template is given, roughly */
  constructor(inputSize: number) {
    this.#maxWork = BASE_WORK + WORK_PER_INPUT * inputSize;
    this.#maxBytes = BASE_BYTES + 200 * inputSize;
    this.#maxCharacters = BASE_CHARACTERS + 4 * inputSize;
    this.#maxPieces = BASE_PIECES + 4 * inputSize;
    this.#maxItems = BASE_ITEMS + inputSize;
  }

  /** @throws {LimitError} where a template does not end */
  work(units: number): void {
    this.#work += units;
    if (this.#work > this.#maxWork) {
      throw new LimitError(
        `expected an end within ${this.#maxWork} steps of work, got none; does the template loop? ` +
          'One that goes through all messages for each message takes as many in a long conversation: cut that into several',
      );
    }
  }

  /** An operation that goes over so many characters: a text made of two is copied when it is first looked into. */
  characters(count: number): void {
    if (count <= CHARACTERS_PER_UNIT) return;
    this.work(Math.ceil(count / CHARACTERS_PER_UNIT));
    this.#allocate(count);
  }

  /** A text of so many characters comes to be. Joining two copies nothing. */
  text(length: number): void {
    if (length > this.#maxCharacters) {
      throw new LimitError(`expected at most ${this.#maxCharacters} characters, got ${length}`);
    }
  }

  /** A text of so many pieces comes to be. */
  pieces(count: number): void {
    if (count > this.#maxPieces)
      throw new LimitError(`expected a text put together of at most ${this.#maxPieces} pieces, got ${count}`);
  }

  /** A list or dict of so many items is made. */
  items(count: number): void {
    if (count > this.#maxItems)
      throw new LimitError(`expected a list of at most ${this.#maxItems} items, got ${count}`);
    this.work(Math.ceil(count / 4));
    this.#allocate(16 * count);
  }

  /** So many pieces of a text come to be, each with its origin. */
  cuts(count: number): void {
    this.work(count);
    this.#allocate(BYTES_PER_CUT * count);
  }

  #allocate(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) {
      throw new LimitError(
        `expected texts and lists of at most ${this.#maxBytes} bytes in all, got more; does the template copy without end?`,
      );
    }
  }
}
