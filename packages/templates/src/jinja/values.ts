/**
 * Values of a running template: Python's, as far as templates meet them. Texts, booleans, none and whole numbers are
 * JavaScript's own; whole numbers beyond 2^53 are bigints. What else Python tells apart has a class here.
 */
import type { Budget } from './budget.js';
import type { Macro } from './macro.js';
import { PythonError } from './python-error.js';
import { type Source, stringOf, Text } from './text.js';

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Text
  | Float
  | Sequence
  | Dict
  | Namespace
  | Undefined
  | Callable
  | Macro
  | Loop;

/** Python's float: 1.0 is another thing than 1. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/**
 * Python's list, tuple and what behaves like one: ranges and views of dicts, and iterators, which can be gone
 * through once and have neither length nor items.
 */
export type SequenceKind =
  | 'list'
  | 'tuple'
  | 'range'
  | 'dict_keys'
  | 'dict_values'
  | 'dict_items'
  | 'iterator';

export type Bounds = readonly [start: number | bigint, stop: number | bigint, step: number | bigint];

export class Sequence {
  items: readonly Value[];
  readonly kind: SequenceKind;
  /** The list in a message that this is, or a slice of it. */
  readonly source: Source | undefined;
  /** Start, stop and step of a range. */
  readonly bounds: Bounds | undefined;

  constructor(items: readonly Value[], kind: SequenceKind = 'list', source?: Source, bounds?: Bounds) {
    this.items = items;
    this.kind = kind;
    this.source = source;
    this.bounds = bounds;
  }
}

/** What the filter `groupby` makes: a tuple that has its parts by name, too. */
export class Group extends Sequence {
  readonly grouper: Value;
  readonly list: Sequence;

  constructor(grouper: Value, list: Sequence) {
    super([grouper, list], 'tuple');
    this.grouper = grouper;
    this.list = list;
  }
}

/** Python's dict. Keys are found by `dictKey`; entries keep the key as it was given first. */
export class Dict {
  readonly entries: Map<DictKey, readonly [key: Value, value: Value]>;
  readonly source: Source | undefined;

  constructor(entries: Map<DictKey, readonly [key: Value, value: Value]>, source?: Source) {
    this.entries = entries;
    this.source = source;
  }

  static of(record: Readonly<Record<string, Value>>): Dict {
    return new Dict(new Map(Object.entries(record).map(([key, value]) => [key, [key, value]])));
  }

  get(key: DictKey): Value | undefined {
    return this.entries.get(key)?.[1];
  }
}

/** Jinja's `namespace()`: the one thing that a block may change outside of itself. */
export class Namespace {
  readonly values = new Map<string, Value>();
}

/** What is not there. It prints nothing and is false; nearly everything else that is done with it fails. */
export class Undefined {
  readonly #what: string;
  /** Type of the object that lacks an attribute. */
  readonly #owner: string | undefined;
  /** `SecurityError` where it is there, and the sandbox does not hand it out. */
  readonly type: 'UndefinedError' | 'SecurityError';

  constructor(what: string, type: 'UndefinedError' | 'SecurityError' = 'UndefinedError', owner?: string) {
    this.#what = what;
    this.type = type;
    this.#owner = owner;
  }

  /** What is missing; put into words only for an error, for most of what is missing makes none. */
  get hint(): string {
    return this.#owner === undefined
      ? this.#what
      : `'${this.#owner} object' has no attribute '${this.#what}'`;
  }

  fail(): never {
    throw new PythonError(this.type, this.hint);
  }
}

export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** What a function of the template may need of its running. */
export interface Running {
  readonly budget: Budget;
  /** The clock behind `strftime_now`. */
  readonly now: () => Date;
}

/** What Python would call a callable; cyclers and `self` are objects that only have methods. */
export type CallableKind = 'function' | 'Cycler' | 'Joiner' | 'TemplateReference' | 'BlockReference';

export class Callable {
  readonly name: string;
  readonly call: (given: Arguments, running: Running) => Value;
  /** Of a cycler: `current`, `next`, `reset`. */
  readonly attribute: (name: string) => Value | undefined;
  readonly kind: CallableKind;

  constructor(
    name: string,
    call: (given: Arguments, running: Running) => Value,
    attribute: (name: string) => Value | undefined = () => undefined,
    kind: CallableKind = 'function',
  ) {
    this.name = name;
    this.call = call;
    this.attribute = attribute;
    this.kind = kind;
  }
}

/** Jinja's `loop`: one object for all iterations. */
export class Loop {
  index = 0;
  /** What `changed()` was given last. */
  last: readonly Value[] | undefined;
  readonly items: readonly Value[];
  readonly depth: number;
  /** Runs the loop's body over other items; undefined where it is not recursive. */
  readonly recurse: ((items: Value) => Value) | undefined;

  constructor(items: readonly Value[], depth: number, recurse: ((items: Value) => Value) | undefined) {
    this.items = items;
    this.depth = depth;
    this.recurse = recurse;
  }
}

export type DictKey = string | number | bigint | null | object;

/** Everything that is missing is one key. */
const MISSING_KEY = {};

/**
 * Under what a value is found in a dict: 1, 1.0 and True are one key.
 * @throws {PythonError} on what cannot be a key
 */
export function dictKey(value: Value, budget: Budget): DictKey {
  if (typeof value === 'number' || value === null) return value;
  if (isText(value)) {
    const text = stringOf(value);
    budget.characters(text.length);
    return text;
  }
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'bigint') {
    const rounded = Number(value);
    return Number.isFinite(rounded) && BigInt(rounded) === value ? rounded : value;
  }
  if (value instanceof Float) return value.value;
  if (value instanceof Undefined) return MISSING_KEY;
  if (value instanceof Sequence && (value.kind === 'tuple' || value.kind === 'range')) {
    budget.items(value.items.length);
    return `\0${value.kind}(${value.items.map((item) => partOfKey(item, budget)).join()})`;
  }
  if (value instanceof Dict || (value instanceof Sequence && UNHASHABLE.includes(value.kind)))
    throw new PythonError('TypeError', `unhashable type: '${typeName(value)}'`);
  return value;
}

const UNHASHABLE: readonly SequenceKind[] = ['list', 'dict_keys', 'dict_items'];

/** An item of a tuple that is a key, told apart from every other. */
function partOfKey(value: Value, budget: Budget): string {
  const key = dictKey(value, budget);
  if (isText(value)) {
    budget.characters(2 * String(key).length);
    return JSON.stringify(key);
  }
  return typeof key === 'object' && key !== null ? `#${numberOf(key)}` : String(key);
}

const numbers = new WeakMap<object, number>();
let objects = 0;

function numberOf(object: object): number {
  const known = numbers.get(object);
  if (known !== undefined) return known;
  objects += 1;
  numbers.set(object, objects);
  return objects;
}

/** Python's `dict[key] = value`: a key that is there stays as it was written first. */
export function setEntry(entries: Dict['entries'], key: Value, value: Value, budget: Budget): void {
  budget.work(3);
  const found = dictKey(key, budget);
  const known = entries.get(found);
  entries.set(found, [known ? known[0] : key, value]);
}

/** Python's name of a value's type. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'number':
    case 'bigint':
      return 'int';
    case 'string':
      return 'str';
  }
  if (value instanceof Text) return value.isMarkup ? 'Markup' : 'str';
  if (value instanceof Float) return 'float';
  if (value instanceof Sequence) return value.kind === 'iterator' ? 'generator' : value.kind;
  if (value instanceof Dict) return 'dict';
  if (value instanceof Namespace) return 'Namespace';
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof Loop) return 'LoopContext';
  return value instanceof Callable ? value.kind : 'Macro';
}

export const isText = (value: Value): value is string | Text =>
  typeof value === 'string' || value instanceof Text;
export const isInteger = (value: Value): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';
export const isNumber = (value: Value): value is boolean | number | bigint | Float =>
  typeof value === 'boolean' || isInteger(value) || value instanceof Float;

/** A value, or another where there is none: Python's none is JavaScript's null, and a value like any other. */
export const otherwise = (value: Value | undefined, make: () => Value): Value =>
  value === undefined ? make() : value;

/** A whole number in its smallest form. */
export function integer(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}

/** Python's truth of a value: what is empty is false. */
export function isTrue(value: Value): boolean {
  if (value === null) return false;
  if (typeof value !== 'object') return Boolean(value);
  if (value instanceof Text) return value.value !== '';
  if (value instanceof Sequence) return value.kind === 'iterator' || value.items.length > 0;
  if (value instanceof Dict) return value.entries.size > 0;
  if (value instanceof Float) return value.value !== 0;
  return !(value instanceof Undefined);
}
