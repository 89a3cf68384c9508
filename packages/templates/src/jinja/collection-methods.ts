/** Python's methods of lists, tuples, ranges and dicts that change nothing. */
import { bindPositional, integerArgument } from './arguments.js';
import type { Budget } from './budget.js';
import { itemsOf, sliceRange } from './iterate.js';
import { areEqual } from './operations.js';
import { PythonError } from './python-error.js';
import { type Arguments, Dict, dictKey, otherwise, Sequence, type Value } from './values.js';

type ListMethod = (self: Sequence, given: Arguments, budget: Budget) => Value;
type DictMethod = (self: Dict, given: Arguments, budget: Budget) => Value;

export const sequenceMethods: Readonly<Record<string, ListMethod>> = {
  count(self, given, budget) {
    const [value] = bindPositional('count', given, ['value'], 1);
    return self.items.filter((item) => areEqual(item, value!, budget)).length;
  },
  index(self, given, budget) {
    const [value, start, end] = bindPositional('index', given, ['value', 'start', 'stop'], 1);
    const [from, to] = sliceRange(
      start === undefined ? undefined : integerArgument('index', start),
      end === undefined ? undefined : integerArgument('index', end),
      self.items.length,
    );
    for (let at = from; at < to; at += 1) if (areEqual(self.items[at]!, value!, budget)) return at;
    throw new PythonError('ValueError', `value is not in the ${self.kind}`);
  },
};

export const listMethods: Readonly<Record<string, ListMethod>> = {
  ...sequenceMethods,
  copy(self, given, budget) {
    bindPositional('copy', given, []);
    budget.items(self.items.length);
    return new Sequence([...self.items], 'list', self.source);
  },
};

export const dictMethods: Readonly<Record<string, DictMethod>> = {
  get(self, given, budget) {
    const [key, fallback = null] = bindPositional('get', given, ['key', 'default'], 1);
    return otherwise(self.get(dictKey(key!, budget)), () => fallback);
  },
  keys(self, given, budget) {
    bindPositional('keys', given, []);
    return new Sequence(itemsOf(self, budget), 'dict_keys');
  },
  values(self, given, budget) {
    bindPositional('values', given, []);
    budget.items(self.entries.size);
    return new Sequence(
      Array.from(self.entries.values(), ([, value]) => value),
      'dict_values',
    );
  },
  items(self, given, budget) {
    bindPositional('items', given, []);
    return entriesOf(self, budget, 'dict_items');
  },
  copy(self, given, budget) {
    bindPositional('copy', given, []);
    budget.items(self.entries.size);
    return new Dict(new Map(self.entries), self.source);
  },
  fromkeys(_, given, budget) {
    const [keys, value = null] = bindPositional('fromkeys', given, ['iterable', 'value'], 1);
    const items = itemsOf(keys!, budget);
    budget.items(items.length);
    return new Dict(new Map(items.map((key) => [dictKey(key, budget), [key, value]])));
  },
};

/** Key and value of each entry, as tuples. */
export function entriesOf({ entries }: Dict, budget: Budget, kind: Sequence['kind'] = 'list'): Sequence {
  budget.items(entries.size);
  return new Sequence(
    Array.from(entries.values(), (entry) => new Sequence(entry, 'tuple')),
    kind,
  );
}
