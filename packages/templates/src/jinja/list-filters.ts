/** Jinja's filters over lists. */
import { bind, integerArgument, stringArgument, truthArgument } from './arguments.js';
import { doubleOf } from './arithmetic.js';
import { attributeGetter } from './attribute-getter.js';
import { entriesOf } from './collection-methods.js';
import type { Evaluator, Filter } from './evaluator.js';
import { itemsOf, useUp } from './iterate.js';
import { areEqual, compareValues, operate } from './operations.js';
import { PythonError } from './python-error.js';
import { sliceOf } from './slicing.js';
import { changed, concatAll, isMarkup, stringOf, type Text } from './text.js';
import {
  type Arguments,
  Dict,
  dictKey,
  Group,
  isNumber,
  isText,
  isTrue,
  otherwise,
  Sequence,
  typeName,
  Undefined,
  type Value,
} from './values.js';

const iterator = (items: readonly Value[]): Sequence => new Sequence(items, 'iterator');

/** Small letters where case does not count. */
function folded(isSensitive: boolean, { budget }: Evaluator): (value: Value) => Value {
  return (value) => {
    if (isSensitive || !isText(value)) return value;
    const text = stringOf(value);
    budget.characters(text.length);
    return changed(value, text.toLowerCase());
  };
}

/** Python takes numbers for it alone. */
const isReversed = (given: Value | undefined): boolean => integerArgument('sort', given, 0) !== 0;

function sorted<T>(
  items: readonly T[],
  keyOf: (item: T) => Value,
  isReversed: boolean,
  { budget }: Evaluator,
): T[] {
  budget.items(items.length);
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  const sign = isReversed ? -1 : 1;
  keyed.sort((a, b) => sign * compareValues(a.key, b.key, budget));
  return keyed.map(({ item }) => item);
}

/** `sort` may name several attributes, with commas. */
function sortKey(
  attribute: Value | undefined,
  isSensitive: boolean,
  interpreter: Evaluator,
): (item: Value) => Value {
  const fold = folded(isSensitive, interpreter);
  const names: (Value | undefined)[] =
    attribute !== undefined && isText(attribute) ? stringOf(attribute).split(',') : [attribute];
  const getters = names.map((name) => attributeGetter(name, interpreter));
  return (item) => new Sequence(getters.map((get) => fold(get(item))));
}

/** A filter or a test by its name, with further arguments. */
function applied(
  kind: 'filter' | 'test',
  { positional, named }: Arguments,
  from: number,
  interpreter: Evaluator,
): (item: Value) => Value {
  const name = stringArgument(kind, positional[from]);
  const given = { positional: positional.slice(from + 1), named };
  const { filters, tests } = interpreter.library;
  const filter = kind === 'filter' ? filters.get(name) : tests.get(name);
  if (!filter) throw new PythonError('TemplateRuntimeError', `No ${kind} named '${name}'.`);
  return (item) => {
    interpreter.budget.work(2);
    return filter(item, given, interpreter);
  };
}

const picks =
  (keeps: boolean, byAttribute: boolean): Filter =>
  (value, given, interpreter) => {
    const items = itemsOf(value, interpreter.budget);
    if (items.length === 0) return iterator([]);
    if (byAttribute && given.positional.length === 0)
      throw new PythonError('FilterArgumentError', 'Missing parameter for attribute name');
    const get = byAttribute
      ? attributeGetter(given.positional[0], interpreter)
      : (item: Value): Value => item;
    const at = byAttribute ? 1 : 0;
    const test = given.positional.length > at ? applied('test', given, at, interpreter) : isTrue;
    return iterator(items.filter((item) => isTrue(test(get(item))) === keeps));
  };

/** Python goes over nothing of what is not there, but `map` and its kin ask first whether there is anything. */
const maybe =
  (filter: Filter): Filter =>
  (value, given, interpreter) =>
    isTrue(value) ? filter(value, given, interpreter) : iterator([]);

const extreme =
  (sign: number): Filter =>
  (value, given, interpreter) => {
    const [sensitive, attribute] = bind(sign < 0 ? 'min' : 'max', given, ['case_sensitive', 'attribute']);
    const items = itemsOf(value, interpreter.budget);
    const [first, ...others] = items;
    if (first === undefined) return new Undefined('No aggregated item, sequence was empty.');
    const fold = folded(truthArgument(sensitive), interpreter);
    const get = attributeGetter(attribute, interpreter);
    let best = { item: first, key: fold(get(first)) };
    for (const item of others) {
      const key = fold(get(item));
      if (sign * compareValues(key, best.key, interpreter.budget, sign < 0 ? '<' : '>') > 0)
        best = { item, key };
    }
    return best.item;
  };

export const listFilters: Readonly<Record<string, Filter>> = {
  select: maybe(picks(true, false)),
  reject: maybe(picks(false, false)),
  selectattr: maybe(picks(true, true)),
  rejectattr: maybe(picks(false, true)),
  min: extreme(-1),
  max: extreme(1),
  map: maybe((value, given, interpreter) => {
    const items = itemsOf(value, interpreter.budget);
    if (items.length === 0) return iterator([]);
    const { positional, named } = given;
    interpreter.budget.items(items.length);
    if (positional.length === 0 && named.has('attribute')) {
      const [attribute, fallback] = bind('map', given, ['attribute', 'default']);
      return iterator(items.map(attributeGetter(attribute, interpreter, fallback)));
    }
    if (positional.length === 0)
      throw new PythonError('FilterArgumentError', 'map requires a filter argument');
    return iterator(items.map(applied('filter', given, 0, interpreter)));
  }),
  list(value, given, { budget }) {
    bind('list', given, []);
    const items = itemsOf(value, budget);
    budget.items(items.length);
    return new Sequence([...items]);
  },
  first(value, given, { budget }) {
    bind('first', given, []);
    if (value instanceof Sequence && value.kind === 'iterator') {
      const [first] = value.items;
      useUp(value, 1, budget);
      return otherwise(first, () => new Undefined('No first item, sequence was empty.'));
    }
    return otherwise(itemsOf(value, budget)[0], () => new Undefined('No first item, sequence was empty.'));
  },
  last(value, given, { budget }) {
    bind('last', given, []);
    if (value instanceof Sequence && value.kind === 'iterator')
      throw new PythonError('TypeError', "'generator' object is not reversible");
    // Python goes backwards by index, which markup answers with markup.
    if (isText(value) && isTrue(value)) return sliceOf(value, [-1, null, null], budget);
    return otherwise(itemsOf(value, budget).at(-1), () => new Undefined('No last item, sequence was empty.'));
  },
  reverse(value, given, { budget }) {
    bind('reverse', given, []);
    if (isText(value))
      return concatAll((itemsOf(value, budget) as (string | Text)[]).toReversed(), isMarkup(value));
    if (value instanceof Undefined) return iterator([]);
    if (value instanceof Sequence || value instanceof Dict) {
      // What can only be gone through once comes back as a list.
      const kind = value instanceof Sequence && value.kind === 'iterator' ? 'list' : 'iterator';
      const items = itemsOf(value, budget);
      budget.items(items.length);
      return new Sequence(items.toReversed(), kind);
    }
    throw new PythonError('FilterArgumentError', 'argument must be iterable');
  },
  sort(value, given, interpreter) {
    const [reverse, sensitive, attribute] = bind('sort', given, ['reverse', 'case_sensitive', 'attribute']);
    const items = itemsOf(value, interpreter.budget);
    return new Sequence(
      sorted(
        items,
        sortKey(attribute, truthArgument(sensitive), interpreter),
        isReversed(reverse),
        interpreter,
      ),
    );
  },
  dictsort(value, given, interpreter) {
    const [sensitive, by, reverse] = bind('dictsort', given, ['case_sensitive', 'by', 'reverse']);
    const kind = by === undefined ? 'key' : isText(by) ? stringOf(by) : '';
    if (kind !== 'key' && kind !== 'value')
      throw new PythonError('FilterArgumentError', 'You can only sort by either "key" or "value"');
    if (value instanceof Undefined) return value.fail();
    if (!(value instanceof Dict))
      throw new PythonError('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
    const fold = folded(truthArgument(sensitive), interpreter);
    const pairs = entriesOf(value, interpreter.budget).items as Sequence[];
    return new Sequence(
      sorted(pairs, ({ items }) => fold(items[kind === 'key' ? 0 : 1]!), isReversed(reverse), interpreter),
    );
  },
  unique(value, given, interpreter) {
    const [sensitive, attribute] = bind('unique', given, ['case_sensitive', 'attribute']);
    const fold = folded(truthArgument(sensitive), interpreter);
    const get = attributeGetter(attribute, interpreter);
    const seen = new Set<unknown>();
    const items = itemsOf(value, interpreter.budget).filter((item) => {
      const key = dictKey(fold(get(item)), interpreter.budget);
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    });
    return iterator(items);
  },
  groupby(value, passed, interpreter) {
    const [attribute, fallback, sensitive] = bind(
      'groupby',
      passed,
      ['attribute', 'default', 'case_sensitive'],
      1,
    );
    const get = attributeGetter(attribute, interpreter, fallback);
    const fold = folded(truthArgument(sensitive), interpreter);
    const given = itemsOf(value, interpreter.budget);
    // Each may become a group of its own.
    interpreter.budget.work(8 * given.length);
    const items = sorted(given, (item) => fold(get(item)), false, interpreter);
    const groups: { readonly key: Value; readonly items: Value[] }[] = [];
    for (const item of items) {
      const key = fold(get(item));
      const last = groups.at(-1);
      if (last && areEqual(last.key, key, interpreter.budget)) last.items.push(item);
      else groups.push({ key, items: [item] });
    }
    return new Sequence(groups.map(({ items: group }) => new Group(get(group[0]!), new Sequence(group))));
  },
  sum(value, given, interpreter) {
    const [attribute, start = 0] = bind('sum', given, ['attribute', 'start']);
    const { budget } = interpreter;
    const get = attributeGetter(attribute, interpreter);
    if (isText(start))
      throw new PythonError('TypeError', "sum() can't sum strings [use ''.join(seq) instead]");
    return itemsOf(value, budget).reduce((sum: Value, item) => operate('+', sum, get(item), budget), start);
  },
  batch(value, given, { budget }) {
    const [count, fill = null] = bind('batch', given, ['linecount', 'fill_with'], 1);
    const items = itemsOf(value, budget);
    budget.items(items.length);
    const size = isNumber(count!) ? doubleOf(count) : Number.NaN;
    let batch: Value[] = [];
    const batches = [batch];
    for (const item of items) {
      if (batch.length === size) {
        batch = [];
        batches.push(batch);
      }
      batch.push(item);
    }
    if (batch.length === 0) return iterator([]);
    if (fill !== null && !(batch.length >= size)) {
      const missing = Math.max(0, integerArgument('batch', count) - batch.length);
      budget.items(missing);
      for (let left = missing; left > 0; left -= 1) batch.push(fill);
    }
    return iterator(batches.map((part) => new Sequence(part)));
  },
  slice(value, given, { budget }) {
    const [count, fill] = bind('slice', given, ['slices', 'fill_with'], 1);
    const slices = integerArgument('slice', count);
    if (slices === 0) throw new PythonError('ZeroDivisionError', 'integer division or modulo by zero');
    const items = itemsOf(value, budget);
    budget.items(Math.max(0, slices));
    const size = Math.floor(items.length / slices);
    const longer = items.length - size * slices;
    let at = 0;
    return iterator(
      Array.from({ length: Math.max(0, slices) }, (_, index) => {
        const part = items.slice(at, at + size + (index < longer ? 1 : 0));
        at += part.length;
        return new Sequence(fill !== undefined && fill !== null && index >= longer ? [...part, fill] : part);
      }),
    );
  },
};
