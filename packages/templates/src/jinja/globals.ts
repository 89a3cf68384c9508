/** Names that every template knows. */
import { bind, integerArgument, stringArgument } from './arguments.js';
import type { Budget } from './budget.js';
import { Scope } from './interpreter.js';
import { itemsOf } from './iterate.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { strftime } from './strftime.js';
import { stringOf } from './text.js';
import { toText } from './to-text.js';
import {
  type Arguments,
  Callable,
  Dict,
  dictKey,
  isText,
  Namespace,
  Sequence,
  typeName,
  Undefined,
  type Value,
} from './values.js';

/** The limit of Jinja's sandbox. */
const MAX_RANGE = 100_000;

/** What a template raised itself. */
export class RaisedByTemplate extends Error {}

/** @param now the clock behind `strftime_now` */
export function globals(now: () => Date, budget: Budget): Scope {
  const scope = new Scope(undefined);
  const define = (name: string, call: (given: Arguments) => Value): void => {
    scope.variables.set(name, new Callable(name, call));
  };
  define('range', (given) => range(given, budget));
  define('dict', (given) => dict(given, budget));
  define('namespace', (given) => {
    const namespace = new Namespace();
    for (const [key, value] of dict(given, budget).entries.values())
      namespace.values.set(isText(key) ? stringOf(key) : String(key), value);
    return namespace;
  });
  define('cycler', ({ positional }) => cycler(positional));
  define('joiner', (given) => {
    const [separator = ', '] = bind('joiner', given, ['sep']);
    let isUsed = false;
    return new Callable(
      'joiner',
      () => {
        const written = isUsed ? separator : '';
        isUsed = true;
        return written;
      },
      () => undefined,
      'Joiner',
    );
  });
  define('lipsum', () => {
    throw new UnsupportedError('lipsum is not supported: it writes random text');
  });
  define('raise_exception', ({ positional: [reason = null] }) => {
    throw new RaisedByTemplate(stringOf(toText(reason, budget)));
  });
  define('strftime_now', (given) =>
    strftime(now(), stringArgument('strftime_now', bind('strftime_now', given, ['format'], 1)[0])),
  );
  return scope;
}

function range({ positional, named }: Arguments, budget: Budget): Sequence {
  if (named.size > 0) throw new PythonError('TypeError', 'range() takes no keyword arguments');
  if (positional.length === 0 || positional.length > 3)
    throw new PythonError('TypeError', `range expected 1 to 3 arguments, got ${positional.length}`);
  for (const value of positional) if (value instanceof Undefined) value.fail();
  const [first = 0, second, step = 1] = positional.map((value) => integerArgument('range', value));
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  if (step === 0) throw new PythonError('ValueError', 'range() arg 3 must not be zero');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > MAX_RANGE)
    throw new PythonError(
      'OverflowError',
      `Range too big. The sandbox blocks ranges larger than MAX_RANGE (${MAX_RANGE}).`,
    );
  budget.items(length);
  return new Sequence(
    Array.from({ length }, (_, index) => start + index * step),
    'range',
    undefined,
    [start, stop, step],
  );
}

function dict({ positional, named }: Arguments, budget: Budget): Dict {
  if (positional.length > 1)
    throw new PythonError('TypeError', `dict expected at most 1 argument, got ${positional.length}`);
  const [given] = positional;
  const entries: Dict['entries'] = new Map();
  if (given instanceof Dict) for (const [key, entry] of given.entries) entries.set(key, entry);
  else if (given instanceof Namespace)
    throw new PythonError('TypeError', "'Namespace' object is not iterable");
  else if (given !== undefined) {
    for (const pair of itemsOf(given, budget)) {
      const parts = itemsOf(pair, budget);
      if (parts.length !== 2)
        throw new PythonError(
          'ValueError',
          `dictionary update sequence element has length ${parts.length}; 2 is required`,
        );
      entries.set(dictKey(parts[0]!), [parts[0]!, parts[1]!]);
    }
  }
  for (const [name, value] of named) entries.set(name, [name, value]);
  return new Dict(entries);
}

function cycler(items: readonly Value[]): Callable {
  if (items.length === 0)
    throw new PythonError('RuntimeError' as 'TypeError', 'at least one item has to be provided');
  let at = 0;
  const next = (): Value => {
    const item = items[at]!;
    at = (at + 1) % items.length;
    return item;
  };
  const attribute = (name: string): Value | undefined => {
    if (name === 'current') return items[at]!;
    if (name === 'next') return new Callable('next', next);
    if (name === 'reset') {
      return new Callable('reset', () => {
        at = 0;
        return null;
      });
    }
    return undefined;
  };
  const refuse = (): Value => {
    throw new PythonError('TypeError', `'${typeName(null)}' object is not callable`);
  };
  return new Callable('cycler', refuse, attribute, 'Cycler');
}
