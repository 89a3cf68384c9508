/** JSON values, texts and bytes with faults in them. */
import type { Random } from './fuzz-random.js';

/** Opening and closing brackets, so many levels deep. */
export function deepList(levels: number): unknown {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels));
}

function deepObject(levels: number): unknown {
  return JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
}

const NUMBERS = [0, -1, 1.5, -0.5, 1e15, 1e300, 2 ** 31 - 1, 2 ** 31, 2 ** 24 + 1, 2 ** 53, 12, 1];
const WORDS = [
  '',
  ' ',
  'NaN',
  '1e300',
  '-1',
  'constructor',
  '__proto__',
  'toString',
  'length',
  'a',
  '\u0000',
];

/** A value that nobody expects. */
export function strangeValue(random: Random): unknown {
  switch (random.below(12)) {
    case 0:
      return null;
    case 1:
      return random.oneIn(2);
    case 2:
    case 3:
    case 4:
      return random.pick(NUMBERS);
    case 5:
    case 6:
      return random.pick(WORDS);
    case 7:
      return random.pick(['\ud800', 'a\udc00b', 'x'.repeat(1 + random.below(200_000)), '\u2028\u001b[2J']);
    case 8:
      return random.pick<unknown>([[], [null], [[]], ['a', 1], [-1], [1e300, 'NaN']]);
    case 9:
      return random.pick<unknown>([{}, { a: 1 }, { type: 'Sequence' }, { content: 5 }, { length: 1e9 }]);
    case 10:
      return JSON.parse('{"__proto__": {"content": "x", "role": 5}, "constructor": 1}');
    default:
      return random.oneIn(2) ? deepList(5000) : deepObject(2000);
  }
}

type Holder = Record<string | number, unknown>;

/** Where a value stands: the object or list that holds it, and its key there. */
interface Place {
  readonly holder: Holder;
  readonly key: string;
  readonly path: string;
}

/** A few places of a value, found on random ways down: a table of a thousand tokens is no more likely than a flag. */
function placeIn(root: Holder, random: Random): Place {
  let place: Place = { holder: root, key: 'root', path: '' };
  for (;;) {
    const value = place.holder[place.key];
    if (typeof value !== 'object' || value === null) return place;
    const keys = Object.keys(value);
    if (keys.length === 0 || (place.path !== '' && random.oneIn(4))) return place;
    const key = random.pick(keys);
    place = { holder: value as Holder, key, path: `${place.path}.${key}` };
  }
}

/** Sets a field of its own, whatever it is called. */
function setOwn(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

export interface Mutated {
  readonly value: unknown;
  /** What was done, for a person. */
  readonly what: string;
}

/** A copy of a JSON value with one to three faults. */
export function mutate(value: unknown, random: Random): Mutated {
  const root: Holder = { root: structuredClone(value) };
  const done: string[] = [];
  for (let left = 1 + (random.oneIn(3) ? random.below(3) : 0); left > 0; left -= 1) {
    done.push(mutateOnce(root, random));
  }
  return { value: root.root, what: done.join('; ') };
}

function mutateOnce(root: Holder, random: Random): string {
  const { holder, key, path } = placeIn(root, random);
  switch (random.below(10)) {
    case 0: {
      if (path === '') return 'nothing';
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      return `${path} removed`;
    }
    case 1: {
      const other = placeIn(root, random);
      const [a, b] = [holder[key], other.holder[other.key]];
      // A value inside itself is no JSON.
      if (path === '' || path.startsWith(other.path) || other.path.startsWith(path)) return 'nothing';
      setOwn(holder, key, b);
      setOwn(other.holder, other.key, a);
      return `${path} and ${other.path} swapped`;
    }
    case 2: {
      const inner = holder[key];
      if (typeof inner !== 'object' || inner === null) break;
      if (Array.isArray(inner)) {
        inner.push(strangeValue(random));
        return `${path} made longer`;
      }
      const name = random.pick([...WORDS, 'content', 'id', 'type', '0']);
      setOwn(inner, name, strangeValue(random));
      return `${path}.${name} added`;
    }
    case 3: {
      const inner = holder[key];
      if (typeof inner !== 'string' && typeof inner !== 'number') break;
      setOwn(
        holder,
        key,
        typeof inner === 'string' ? mutateText(inner, random) : mutateNumber(inner, random),
      );
      return `${path} changed to ${String(holder[key]).slice(0, 60)}`;
    }
    case 4: {
      setOwn(holder, key, random.oneIn(2) ? [holder[key]] : { value: holder[key] });
      return `${path} wrapped`;
    }
  }
  const strange = strangeValue(random);
  setOwn(holder, key, strange);
  return `${path} = ${describe(strange)}`;
}

function mutateNumber(number: number, random: Random): number | string {
  return random.pick([-number, number + 0.5, number * 1e9, number + 1, number - 1, String(number), 0]);
}

function describe(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? 'an object or a list' : JSON.stringify(value);
  return (text ?? 'nothing').slice(0, 60);
}

/** The JSON of a value, however deep it is. */
export function jsonText(value: unknown): string {
  const parts: string[] = [];
  const left: { readonly text?: string; readonly value?: unknown }[] = [{ value }];
  for (let next = left.pop(); next; next = left.pop()) {
    const inner = next.value;
    if (next.text !== undefined) parts.push(next.text);
    else if (typeof inner !== 'object' || inner === null) parts.push(JSON.stringify(inner) ?? 'null');
    else {
      const [open, close] = Array.isArray(inner) ? ['[', ']'] : ['{', '}'];
      const items = Object.entries(inner).flatMap(([key, item], at) => [
        { text: `${at === 0 ? '' : ','}${Array.isArray(inner) ? '' : `${JSON.stringify(key)}:`}` },
        { value: item },
      ]);
      left.push(...[{ text: open! }, ...items, { text: close! }].reverse());
    }
  }
  return parts.join('');
}

const INSERTED = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\n',
  '\u0000',
  '\ud800',
  'é',
  '🙂',
  '%}',
  '{{',
  '\uFEFF',
  'null',
];

/** A text with a piece removed, doubled, moved or put in. */
export function mutateText(text: string, random: Random): string {
  const [a, b] = [random.below(text.length + 1), random.below(text.length + 1)];
  const [from, to] = [Math.min(a, b), Math.min(Math.max(a, b), Math.min(a, b) + 40)];
  switch (random.below(7)) {
    case 0:
      return text.slice(0, from);
    case 1:
      return text.slice(0, from) + text.slice(to);
    case 2:
      return text.slice(0, to) + text.slice(from);
    case 3:
      return text.slice(0, from) + random.pick(INSERTED) + text.slice(random.oneIn(2) ? from : to);
    case 4:
      return text.slice(0, from) + '['.repeat(5000) + text.slice(to);
    case 5: {
      const other = random.below(text.length + 1);
      return text.slice(0, from) + text.slice(other, other + 20) + text.slice(from);
    }
    default:
      return text.slice(0, from) + text.slice(from, to).toUpperCase() + text.slice(to);
  }
}

/** Bytes cut short, with a few changed, or with a stretch doubled. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  if (random.oneIn(4)) return bytes.slice(0, random.below(bytes.length + 1));
  if (random.oneIn(6)) {
    const from = random.below(bytes.length);
    return Uint8Array.from([...bytes.slice(0, from), ...bytes.slice(Math.max(0, from - 9))]);
  }
  const changed = bytes.slice();
  for (let left = 1 + random.below(3); left > 0 && changed.length > 0; left -= 1) {
    changed[random.below(changed.length)] = random.pick([
      0,
      0x22,
      0x5c,
      0x7b,
      0x7f,
      0xc3,
      0xff,
      random.below(256),
    ]);
  }
  return changed;
}
