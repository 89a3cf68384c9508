import type { Undefined, Value } from './values.js';

/** Variables of a block; what is not here is looked up outside. */
export class Scope {
  readonly #outer: Scope | undefined;
  /** Most blocks have none or one, the loop's item: a map of its own would cost more than all that runs inside. */
  #name: string | undefined;
  #value: Value | undefined;
  #others: Map<string, Value> | undefined;

  constructor(outer: Scope | undefined) {
    this.#outer = outer;
  }

  get(name: string): Value | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.#outer) {
      const found = scope.#name === name ? scope.#value : scope.#others?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  set(name: string, value: Value): void {
    this.#keep(name, value);
  }

  /** The variable is not there yet, whatever is outside. */
  hide(name: string, missing: Undefined): void {
    this.#keep(name, missing);
  }

  #keep(name: string, value: Value): void {
    this.#name ??= name;
    if (this.#name === name) {
      this.#value = value;
      return;
    }
    this.#others ??= new Map();
    this.#others.set(name, value);
  }
}

/** The template's own variables. What is set here is seen by its blocks as well, which see nothing else of it. */
export class TemplateScope extends Scope {
  readonly #seenByBlocks: Scope;

  constructor(outer: Scope) {
    super(outer);
    this.#seenByBlocks = outer;
  }

  override set(name: string, value: Value): void {
    super.set(name, value);
    this.#seenByBlocks.set(name, value);
  }
}
