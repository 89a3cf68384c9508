import type { Handle } from './gpu-js.js';
import type { Memory } from './memory.js';

/**
 * A value in a memory, counted: a program's input may also be its output, and two buffers may hold the same
 * value. Nothing ever writes to a stored value, so sharing it is safe.
 */
export class Stored {
  readonly handle: Handle;
  readonly #memory: Memory;
  #holders = 1;

  constructor(memory: Memory, handle: Handle) {
    this.#memory = memory;
    this.handle = handle;
  }

  /** One more holder. */
  keep(): Stored {
    this.#holders++;
    return this;
  }

  /** One holder fewer; the last one gives the memory back. */
  drop(): void {
    this.#holders--;
    if (this.#holders === 0) {
      this.#memory.release(this.handle);
    }
  }
}
