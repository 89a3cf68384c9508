/** Jinja's filters by name, with the `tojson` of Hugging Face. */
import { bind, integerArgument, stringArgument, truthArgument } from './arguments.js';
import { attributeGetter } from './attribute-getter.js';
import { findAttribute, missing } from './attributes.js';
import { entriesOf } from './collection-methods.js';
import type { Filter } from './evaluator.js';
import { htmlFilters } from './html-filters.js';
import { itemsOf } from './iterate.js';
import { joinTexts } from './join-texts.js';
import { listFilters } from './list-filters.js';
import { methods } from './methods.js';
import { numberFilters } from './number-filters.js';
import { PythonError, UnsupportedError } from './python-error.js';
import { stringOf, withoutMarkup } from './text.js';
import { lengthOfValue, softText, textFilters } from './text-filters.js';
import { toJson } from './to-json.js';
import { Dict, isText, isTrue, Loop, otherwise, Sequence, Undefined } from './values.js';

const length: Filter = (value, given, interpreter) => {
  bind('length', given, []);
  return value instanceof Loop ? value.items.length : lengthOfValue(value, interpreter);
};

const withDefault: Filter = (value, given) => {
  const [fallback = '', boolean] = bind('default', given, ['default_value', 'boolean']);
  return value instanceof Undefined || (truthArgument(boolean) && !isTrue(value)) ? fallback : value;
};

const generalFilters: Readonly<Record<string, Filter>> = {
  length,
  count: length,
  default: withDefault,
  d: withDefault,
  attr(value, given, { budget }) {
    const name = stringArgument('attr', bind('attr', given, ['name'], 1)[0]);
    // Items of a dict are no attributes.
    return otherwise(findAttribute(value, name, methods, budget), () => missing(value, name));
  },
  items(value, given, { budget }) {
    bind('items', given, []);
    if (value instanceof Undefined) return new Sequence([], 'iterator');
    if (!(value instanceof Dict))
      throw new PythonError('TypeError', 'Can only get item pairs from a mapping.');
    return entriesOf(value, budget, 'iterator');
  },
  join(value, given, interpreter) {
    const [separator = '', attribute] = bind('join', given, ['d', 'attribute']);
    const get = attributeGetter(attribute, interpreter);
    const texts = itemsOf(value, interpreter.budget).map((item) =>
      withoutMarkup(softText(get(item), interpreter)),
    );
    return joinTexts(withoutMarkup(softText(separator, interpreter)), texts, interpreter.budget);
  },
  tojson(value, given, { budget }) {
    const [ascii, indent = null, separators = null, sort] = bind('tojson', given, [
      'ensure_ascii',
      'indent',
      'separators',
      'sort_keys',
    ]);
    const pair =
      separators === null
        ? undefined
        : itemsOf(separators, budget).map((text) => stringArgument('tojson', text));
    if (pair && pair.length !== 2)
      throw new PythonError('ValueError', `tojson: expected two separators, got ${pair.length}`);
    const spaces = (): string => {
      const size = Math.max(0, integerArgument('tojson', indent));
      budget.text(size);
      return ' '.repeat(size);
    };
    const options = {
      ensureAscii: truthArgument(ascii),
      // A text has no lines to indent.
      indent: indent === null || isText(value) ? undefined : isText(indent) ? stringOf(indent) : spaces(),
      itemSeparator: pair?.[0] ?? (indent === null ? ', ' : ','),
      keySeparator: pair?.[1] ?? ': ',
      sortKeys: truthArgument(sort),
    };
    const text = toJson(value, options, budget);
    budget.text(stringOf(text).length);
    budget.characters(stringOf(text).length);
    return text;
  },
};

const refused =
  (name: string): Filter =>
  () => {
    throw new UnsupportedError(`the filter ${name} is not supported; no chat template needs it`);
  };

export const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ...Object.entries({ ...textFilters, ...htmlFilters, ...numberFilters, ...generalFilters, ...listFilters }),
  ...['random', 'pprint', 'urlize', 'wordwrap'].map((name): [string, Filter] => [name, refused(name)]),
]);
