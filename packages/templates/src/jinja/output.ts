import type { Budget } from './budget.js';
import { addPiece, type Piece, type Place, stringOf, Text, writtenAt } from './text.js';

/** What a template has written so far, with its origins. */
export class Output {
  #text = '';
  #pieces: Piece[] = [];
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  get text(): string {
    return this.#text;
  }
  get pieces(): readonly Piece[] {
    return this.#pieces;
  }

  write(text: string | Text, place: Place | undefined): void {
    const value = stringOf(text);
    if (value === '') return;
    this.#budget.text(this.#text.length + value.length);
    this.#text += value;
    if (typeof text === 'string') {
      addPiece(this.#pieces, { length: value.length, source: undefined, from: 0, place });
      return;
    }
    this.#budget.work(text.pieces.length);
    this.#budget.pieces(this.#pieces.length + text.pieces.length);
    for (const piece of text.pieces) addPiece(this.#pieces, writtenAt(piece, place));
  }

  /** What is written meanwhile, as a text of its own. */
  capture<T>(run: () => T): readonly [text: string | Text, result: T] {
    const [before, piecesBefore] = [this.#text, this.#pieces];
    this.#text = '';
    this.#pieces = [];
    const result = run();
    const isPlain = this.#pieces.every(({ source, place }) => !source && !place);
    const captured = isPlain ? this.#text : new Text(this.#text, this.#pieces);
    this.#text = before;
    this.#pieces = piecesBefore;
    return [captured, result];
  }
}
