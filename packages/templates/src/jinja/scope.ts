import type { Value } from './values.js';

/** Variables of a block; what is not here is looked up outside. */
export class Scope {
  /** Most blocks set nothing. */
  #variables: Map<string, Value> | undefined;
  readonly outer: Scope | undefined;

  constructor(outer: Scope | undefined) {
    this.outer = outer;
  }

  get(name: string): Value | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.outer) {
      const found = scope.#variables?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  set(name: string, value: Value): void {
    this.#variables ??= new Map();
    this.#variables.set(name, value);
  }
}
