/** `value.name` and `value[key]`, as jinja2's sandbox looks them up. */
import type { Budget } from './budget.js';
import { lengthOf, offsetAt } from './iterate.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { slice, stringOf } from './text.js';
import { toText } from './to-text.js';
import {
  type Arguments,
  Callable,
  Dict,
  dictKey,
  Float,
  isInteger,
  isText,
  Loop,
  Namespace,
  otherwise,
  Sequence,
  typeName,
  Undefined,
  type Value,
} from './values.js';

export type Method = (self: Value, given: Arguments, budget: Budget) => Value;

/** Python's methods of texts, lists, dicts and numbers. */
export interface Methods {
  find(self: Value, name: string): Method | undefined;
}

/** Methods that change what they belong to: the sandbox does not hand them out. */
const CHANGING: Readonly<Record<string, readonly string[]>> = {
  list: ['append', 'clear', 'extend', 'insert', 'pop', 'remove', 'reverse', 'sort'],
  dict: ['clear', 'pop', 'popitem', 'setdefault', 'update'],
};

export function getAttribute(object: Value, name: string, methods: Methods, budget: Budget): Value {
  if (object instanceof Undefined) return object.fail();
  return otherwise(attribute(object, name, methods), () =>
    otherwise(item(object, name, budget), () => missing(object, name)),
  );
}

export function getItem(object: Value, key: Value, methods: Methods, budget: Budget): Value {
  if (object instanceof Undefined) return object.fail();
  const found = item(object, key, budget);
  if (found !== undefined) return found;
  if (isText(key))
    return otherwise(attribute(object, stringOf(key), methods), () => missing(object, stringOf(key)));
  return missing(object, stringOf(toText(key, budget)));
}

/** What is not there; only an error needs the words. */
function missing(object: Value, name: string): Undefined {
  return new Undefined(`'${typeName(object)} object' has no attribute '${name}'`);
}

/** Python's `getattr`; undefined where there is none. */
function attribute(object: Value, name: string, methods: Methods): Value | undefined {
  if (
    object instanceof Dict ||
    isText(object) ||
    object instanceof Sequence ||
    object instanceof Float ||
    isInteger(object) ||
    typeof object === 'boolean'
  ) {
    const method = methods.find(object, name);
    if (method) return new Callable(name, (given) => method(object, given, NO_BUDGET));
    const type = typeName(object);
    if (CHANGING[type]?.includes(name)) return unsafe(object, name);
  }
  if (object instanceof Namespace) return object.values.get(name);
  if (object instanceof Callable) {
    const found = object.attribute(name);
    return found === undefined && name.startsWith('__') ? unsafe(object, name) : found;
  }
  if (object instanceof Loop) return loopAttribute(object, name);
  if (/^__\w+__$/.test(name) && HIDDEN.has(name)) return unsafe(object, name);
  return undefined;
}

const HIDDEN = new Set([
  '__class__',
  '__init__',
  '__doc__',
  '__dict__',
  '__subclasses__',
  '__globals__',
  '__getitem__',
  '__len__',
  '__iter__',
]);

function unsafe(object: Value, name: string): Undefined {
  return new Undefined(
    `access to attribute '${name}' of '${typeName(object)}' object is unsafe.`,
    'SecurityError',
  );
}

/** A method that was taken first and called later has no budget at hand: what it makes is bounded where it is used. */
const NO_BUDGET = { work() {}, characters() {}, text() {}, items() {} } as unknown as Budget;

/** Python's `object[key]`; undefined where it has none, or is no such thing. */
function item(object: Value, key: Value, budget: Budget): Value | undefined {
  if (object instanceof Dict) {
    // Python finds nothing under what cannot be a key.
    if (key instanceof Sequence && key.kind !== 'tuple') return undefined;
    return object.get(dictKey(key));
  }
  if (!isInteger(key) && typeof key !== 'boolean') return undefined;
  let index = Number(key);
  if (object instanceof Sequence) {
    if (object.kind === 'iterator' || object.kind.startsWith('dict')) return undefined;
    if (index < 0) index += object.items.length;
    return object.items[index];
  }
  if (isText(object)) {
    const value = stringOf(object);
    const length = lengthOf(value, budget);
    if (index < 0) index += length;
    if (index < 0 || index >= length) return undefined;
    const from = offsetAt(value, index);
    return slice(object, from, from + (value.codePointAt(from)! > 0xffff ? 2 : 1));
  }
  return undefined;
}

function loopAttribute(loop: Loop, name: string): Value | undefined {
  const { items, index, depth } = loop;
  switch (name) {
    case 'index':
      return index + 1;
    case 'index0':
      return index;
    case 'revindex':
      return items.length - index;
    case 'revindex0':
      return items.length - index - 1;
    case 'first':
      return index === 0;
    case 'last':
      return index === items.length - 1;
    case 'length':
      return items.length;
    case 'depth':
      return depth;
    case 'depth0':
      return depth - 1;
    case 'previtem':
      return otherwise(items[index - 1], () => new Undefined('there is no previous item'));
    case 'nextitem':
      return otherwise(items[index + 1], () => new Undefined('there is no next item'));
    case 'cycle':
      return new Callable('cycle', ({ positional }) => {
        if (positional.length === 0) throw new PythonError('TypeError', 'no items for cycling given');
        return positional[index % positional.length]!;
      });
    case 'changed':
      return new Callable('changed', ({ positional }) => {
        const same =
          loop.last?.length === positional.length &&
          loop.last.every((value, at) => sameValue(value, positional[at]!));
        loop.last = positional;
        return !same;
      });
    default:
      return undefined;
  }
}

function sameValue(first: Value, second: Value): boolean {
  if (isText(first) && isText(second)) return stringOf(first) === stringOf(second);
  if (
    typeof first === 'object' &&
    first !== null &&
    typeof second === 'object' &&
    second !== null &&
    first !== second
  ) {
    throw new UnsupportedError('loop.changed: expected texts or numbers, got a list or a dict');
  }
  return first === second;
}
