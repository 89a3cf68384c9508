/**
 * The examples that a page of limited size holds: what training refuses and what has findings first, up to half of the
 * page, then others evenly spread over the file. Chosen while the file is read, without knowing how long it is.
 */
import { embeddable } from './inspection-page.js';
import type { PageExample } from './page-example.js';

export interface PageSampleOptions {
  /** Of the examples' JSON, in bytes of UTF-8. */
  readonly mostBytes: number;
  /** Index of an example that is held in any case. */
  readonly always: number | undefined;
}

interface Held {
  readonly index: number;
  readonly json: string;
  readonly bytes: number;
}

export class PageSample {
  readonly #mostBytes: number;
  readonly #always: number | undefined;
  /** What comes first, and those evenly spread: of the others, the indices that `#every` divides. */
  readonly #first: Held[] = [];
  #spread: Held[] = [];
  #every = 1;
  #firstBytes = 0;
  #spreadBytes = 0;

  constructor({ mostBytes, always }: PageSampleOptions) {
    this.#mostBytes = mostBytes;
    this.#always = always;
  }

  /**
   * Each example of the file in turn.
   * @param isNotable whether it is refused or has findings
   * @param write called if there is room for it
   */
  offer(index: number, isNotable: boolean, write: () => PageExample): void {
    const isFirst = index === this.#always || (isNotable && this.#firstBytes < this.#mostBytes / 2);
    if (!isFirst && index % this.#every !== 0) return;
    const json = embeddable(write());
    const held = { index, json, bytes: Buffer.byteLength(json) };
    if (isFirst) {
      this.#first.push(held);
      this.#firstBytes += held.bytes;
    } else {
      this.#spread.push(held);
      this.#spreadBytes += held.bytes;
    }
    while (this.#firstBytes + this.#spreadBytes > this.#mostBytes && this.#spread.length > 1) this.#thin();
  }

  /** The JSON of each, in the order of the file. */
  examples(): string[] {
    return [...this.#first, ...this.#spread].sort((a, b) => a.index - b.index).map(({ json }) => json);
  }

  #thin(): void {
    this.#every *= 2;
    this.#spread = this.#spread.filter(({ index }) => index % this.#every === 0);
    this.#spreadBytes = this.#spread.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
