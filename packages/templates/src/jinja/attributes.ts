/** `value.name` and `value[key]`, as jinja2's sandbox looks them up. */
import type { Budget } from './budget.js';
import { lengthOf, offsetAt } from './iterate.js';
import { loopAttribute } from './loop-attributes.js';
import { Macro, macroAttribute } from './macro.js';
import { numberAttribute } from './number-methods.js';
import { PythonError } from './python-error.js';
import { slice, stringOf } from './text.js';
import { toText } from './to-text.js';
import {
  type Arguments,
  Callable,
  Dict,
  dictKey,
  Group,
  isInteger,
  isNumber,
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

/** What every object of Python has, and the sandbox does not hand out. */
const HIDDEN = new Set(
  (
    '__class__ __delattr__ __dict__ __dir__ __doc__ __eq__ __format__ __ge__ __getattribute__ __getitem__ ' +
    '__globals__ __gt__ __hash__ __init__ __init_subclass__ __iter__ __le__ __len__ __lt__ __module__ __ne__ ' +
    '__new__ __reduce__ __reduce_ex__ __repr__ __setattr__ __sizeof__ __str__ __subclasses__ __subclasshook__'
  ).split(' '),
);
const HIDDEN_IN_UNDEFINED =
  /^(?:_undefined_(?:hint|obj|name|exception|message)|_fail_with_undefined_error|__(?:bool|call|slots)__)$/;

export function getAttribute(object: Value, name: string, methods: Methods, budget: Budget): Value {
  let found = findAttribute(object, name, methods, budget);
  if (found === undefined) found = item(object, name, budget);
  return found === undefined ? missing(object, name) : found;
}

export function getItem(object: Value, key: Value, methods: Methods, budget: Budget): Value {
  if (object instanceof Undefined) return object.fail();
  const found = item(object, key, budget);
  if (found !== undefined) return found;
  if (!isText(key)) return missing(object, isNumber(key) ? stringOf(toText(key, budget)) : typeName(key));
  const name = stringOf(key);
  return otherwise(findAttribute(object, name, methods, budget), () => missing(object, name));
}

export function missing(object: Value, name: string): Undefined {
  return new Undefined(name, 'UndefinedError', typeName(object));
}

/** Python's `getattr`, guarded; undefined where there is none. */
export function findAttribute(
  object: Value,
  name: string,
  methods: Methods,
  budget: Budget,
): Value | undefined {
  const found = attribute(object, name, methods, budget);
  const isHidden =
    found === undefined
      ? name.startsWith('_')
        ? HIDDEN.has(name)
        : CHANGING[typeName(object)]?.includes(name)
      : name.startsWith('_') && !(found instanceof Undefined);
  if (!isHidden) return found;
  return new Undefined(
    `access to attribute '${name}' of '${typeName(object)}' object is unsafe.`,
    'SecurityError',
  );
}

function attribute(object: Value, name: string, methods: Methods, budget: Budget): Value | undefined {
  if (object instanceof Undefined) return HIDDEN.has(name) ? undefined : ofUndefined(object, name);
  if (object instanceof Namespace) return object.values.get(name);
  if (object instanceof Callable) return object.attribute(name);
  if (object instanceof Macro) return macroAttribute(object, name);
  if (object instanceof Loop) return loopAttribute(object, name, budget);
  const method = methods.find(object, name);
  if (method) return new Callable(name, (given) => method(object, given, budget));
  if (isNumber(object)) return numberAttribute(object, name);
  if (object instanceof Group && (name === 'grouper' || name === 'list')) return object[name];
  if (object instanceof Sequence && object.bounds) {
    const at = ['start', 'stop', 'step'].indexOf(name);
    return object.bounds[at];
  }
  return undefined;
}

function ofUndefined(object: Undefined, name: string): Value {
  if (!HIDDEN_IN_UNDEFINED.test(name)) return object.fail();
  return new Undefined(`access to attribute '${name}' of 'Undefined' object is unsafe.`, 'SecurityError');
}

/** Python's `object[key]`; undefined where it has none, or is no such thing. */
function item(object: Value, key: Value, budget: Budget): Value | undefined {
  if (object instanceof Dict) return itemOfDict(object, key, budget);
  if (object instanceof Callable) {
    // The blocks of `self` are its items.
    return object.kind === 'TemplateReference' && isText(key) ? object.attribute(stringOf(key)) : undefined;
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

function itemOfDict(dict: Dict, key: Value, budget: Budget): Value | undefined {
  try {
    return dict.get(dictKey(key, budget));
  } catch (error) {
    // Nothing is under what cannot be a key.
    if (error instanceof PythonError) return undefined;
    throw error;
  }
}
