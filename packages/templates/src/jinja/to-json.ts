/** Values as JSON: Python's `json.dumps`, as the `tojson` of Hugging Face calls it. */
import type { Budget } from './budget.js';
import { compareValues } from './operations.js';
import { PythonError } from './python-error.js';
import { concatAll, owned, type Source, stringOf, type Text } from './text.js';
import { floatText, toText, WORK_PER_VALUE, writeEscaped } from './to-text.js';
import { Dict, Float, isText, Sequence, typeName, type Value } from './values.js';

export interface JsonOptions {
  readonly ensureAscii: boolean;
  /** One level of indentation; undefined: all on one line. */
  readonly indent: string | undefined;
  readonly itemSeparator: string;
  readonly keySeparator: string;
  readonly sortKeys: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes control characters.
const SPECIAL = /["\\\x00-\x1f]/g;
/** Python leaves of ASCII what can be seen. */
const SPECIAL_ASCII = /["\\]|[^ -~]/g;
const MAX_DEPTH = 200;

/** @throws {PythonError} on what JSON has no form for */
export function toJson(value: Value, options: JsonOptions, budget: Budget): string | Text {
  const parts: (string | Text)[] = [];
  write(value, undefined, 0);
  return concatAll(parts);

  function write(value: Value, owner: Source | undefined, depth: number): void {
    budget.work(WORK_PER_VALUE);
    if (depth > MAX_DEPTH)
      throw new PythonError('RecursionError', `expected JSON of at most ${MAX_DEPTH} levels, got more`);
    if (isText(value)) writeText(value, owner);
    else if (value instanceof Sequence && (value.kind === 'list' || value.kind === 'tuple')) {
      writeAll('[', ']', value.items, value.source ?? owner, depth, (item, own) =>
        write(item, own, depth + 1),
      );
    } else if (value instanceof Dict) {
      const entries = [...value.entries.values()];
      if (options.sortKeys) entries.sort(([a], [b]) => compareValues(a, b, budget));
      writeAll('{', '}', entries, value.source ?? owner, depth, ([key, inner], own) => {
        writeText(keyText(key), own);
        parts.push(owned(options.keySeparator, own));
        write(inner, own, depth + 1);
      });
    } else parts.push(owned(scalar(value), owner));
  }

  function writeAll<T>(
    open: string,
    close: string,
    items: readonly T[],
    owner: Source | undefined,
    depth: number,
    writeItem: (item: T, owner: Source | undefined) => void,
  ): void {
    if (items.length === 0) {
      parts.push(owned(open + close, owner));
      return;
    }
    const line = (levels: number): string =>
      options.indent === undefined ? '' : `\n${options.indent.repeat(levels)}`;
    const inner = line(depth + 1);
    budget.characters(inner.length * (items.length + 1));
    items.forEach((item, index) => {
      parts.push(owned((index === 0 ? open : options.itemSeparator) + inner, owner));
      writeItem(item, owner);
    });
    parts.push(owned(line(depth) + close, owner));
  }

  function writeText(text: string | Text, owner: Source | undefined): void {
    budget.characters(2 * stringOf(text).length);
    parts.push(owned('"', owner));
    const plain = typeof text !== 'string' && text.isMarkup ? stringOf(text) : text;
    writeEscaped(plain, options.ensureAscii ? SPECIAL_ASCII : SPECIAL, escaped, parts, budget);
    parts.push(owned('"', owner));
  }

  function keyText(key: Value): string | Text {
    if (isText(key)) return key;
    if (key === null || typeof key !== 'object' || key instanceof Float) return scalar(key);
    throw new PythonError('TypeError', `keys must be str, int, float, bool or None, not ${typeName(key)}`);
  }

  function scalar(value: Value): string {
    if (value === null) return 'null';
    if (typeof value === 'boolean') return String(value);
    if (typeof value === 'number' || typeof value === 'bigint') return stringOf(toText(value, budget));
    if (value instanceof Float) {
      if (Number.isFinite(value.value)) return floatText(value.value);
      return Number.isNaN(value.value) ? 'NaN' : value.value > 0 ? 'Infinity' : '-Infinity';
    }
    throw new PythonError('TypeError', `Object of type ${typeName(value)} is not JSON serializable`);
  }
}

function escaped(character: string): string {
  return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
