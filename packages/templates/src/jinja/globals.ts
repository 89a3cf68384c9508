/** Names that every template knows. */
import { bind, stringArgument, wholeArgument } from './arguments.js';
import type { Budget } from './budget.js';
import { entriesOf } from './collection-methods.js';
import { itemsOf } from './iterate.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { makeRange } from './range.js';
import { Scope } from './scope.js';
import { strftime } from './strftime.js';
import { stringOf } from './text.js';
import { toText } from './to-text.js';
import {
  type Arguments,
  Callable,
  Dict,
  isText,
  Namespace,
  type Running,
  Sequence,
  setEntry,
  Undefined,
  type Value,
} from './values.js';

/** What a template raised itself. */
export class RaisedByTemplate extends Error {}

function globals(): Scope {
  const scope = new Scope(undefined);
  const define = (name: string, call: (given: Arguments, running: Running) => Value): void => {
    scope.set(name, new Callable(name, call));
  };
  define('range', (given, { budget }) => range(given, budget));
  define('dict', (given, { budget }) => dict(given, budget));
  define('namespace', (given, { budget }) => {
    const namespace = new Namespace();
    for (const [key, value] of dict(given, budget).entries.values())
      namespace.values.set(isText(key) ? stringOf(key) : String(key), value);
    return namespace;
  });
  define('cycler', cycler);
  define('joiner', joiner);
  define('lipsum', () => {
    throw new UnsupportedError('lipsum is not supported: it writes random text');
  });
  define('raise_exception', (given, { budget }) => {
    const [message] = bind('raise_exception', given, ['message'], 1);
    throw new RaisedByTemplate(stringOf(toText(message!, budget)));
  });
  define('strftime_now', (given, { now, budget }) => {
    const format = stringArgument('strftime_now', bind('strftime_now', given, ['format'], 1)[0]);
    // Two characters may stand for all of a date.
    budget.work(100 * format.length);
    return strftime(now(), format);
  });
  return scope;
}

/** One for all: no function keeps anything from one rendering to the next. */
export const GLOBALS = globals();

function range({ positional, named }: Arguments, budget: Budget): Sequence {
  if (named.size > 0) throw new PythonError('TypeError', 'range() takes no keyword arguments');
  if (positional.length === 0 || positional.length > 3)
    throw new PythonError('TypeError', `range expected 1 to 3 arguments, got ${positional.length}`);
  const [first = 0, second, step = 1] = positional.map((value) => wholeArgument('range', value));
  return makeRange(second === undefined ? [0, first, step] : [first, second, step], budget);
}

function dict({ positional, named }: Arguments, budget: Budget): Dict {
  if (positional.length > 1)
    throw new PythonError('TypeError', `dict expected at most 1 argument, got ${positional.length}`);
  const [given] = positional;
  const entries: Dict['entries'] = new Map();
  if (given instanceof Undefined) given.fail();
  if (given !== undefined) {
    const pairs = given instanceof Dict ? entriesOf(given, budget).items : itemsOf(given, budget);
    for (const pair of pairs) {
      const parts = itemsOf(pair, budget);
      if (parts.length !== 2)
        throw new PythonError(
          'ValueError',
          `dictionary update sequence element has length ${parts.length}; 2 is required`,
        );
      setEntry(entries, parts[0]!, parts[1]!, budget);
    }
  }
  for (const [name, value] of named) setEntry(entries, name, value, budget);
  return new Dict(entries);
}

function cycler({ positional: items, named }: Arguments): Callable {
  if (named.size > 0) throw new PythonError('TypeError', 'cycler() takes no keyword arguments');
  if (items.length === 0) throw new PythonError('RuntimeError', 'at least one item has to be provided');
  let at = 0;
  const next = (): Value => {
    const item = items[at]!;
    at = (at + 1) % items.length;
    return item;
  };
  const attribute = (name: string): Value | undefined => {
    switch (name) {
      case 'items':
        return new Sequence(items, 'tuple');
      case 'pos':
        return at;
      case 'current':
        return items[at]!;
      case 'next':
        return new Callable('next', next);
      case 'reset':
        return new Callable('reset', () => {
          at = 0;
          return null;
        });
      default:
        return undefined;
    }
  };
  const refuse = (): Value => {
    throw new PythonError('TypeError', "'Cycler' object is not callable");
  };
  return new Callable('cycler', refuse, attribute, 'Cycler');
}

function joiner(given: Arguments): Callable {
  const [separator = ', '] = bind('joiner', given, ['sep']);
  let isUsed = false;
  const join = (of: Arguments): Value => {
    bind('joiner', of, []);
    const written = isUsed ? separator : '';
    isUsed = true;
    return written;
  };
  const attribute = (name: string): Value | undefined =>
    name === 'sep' ? separator : name === 'used' ? isUsed : undefined;
  return new Callable('joiner', join, attribute, 'Joiner');
}
