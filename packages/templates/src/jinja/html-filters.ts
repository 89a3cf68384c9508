/** Jinja's filters that make HTML, or take it away. */
import { bind, stringArgument, truthArgument } from './arguments.js';
import { entriesOf } from './collection-methods.js';
import type { Evaluator, Filter } from './evaluator.js';
import { stripTags } from './html.js';
import { itemsOf } from './iterate.js';
import { escapeHtml } from './markup.js';
import { PythonError } from './python-error.js';
import { asMarkup, changed, concatAll, stringOf, type Text, withoutMarkup } from './text.js';
import { softText, textOrFail } from './text-filters.js';
import { Dict, isText, Sequence, typeName, Undefined, type Value } from './values.js';

const escapeFilter: Filter = (value, given, interpreter) => {
  bind('escape', given, []);
  return escapeHtml(softText(value, interpreter), interpreter.budget);
};

const NO_ATTRIBUTE = /[\t-\r />=]/;

export const htmlFilters: Readonly<Record<string, Filter>> = {
  escape: escapeFilter,
  e: escapeFilter,
  forceescape(value, given, interpreter) {
    bind('forceescape', given, []);
    return escapeHtml(withoutMarkup(softText(value, interpreter)), interpreter.budget);
  },
  safe(value, given, interpreter) {
    bind('safe', given, []);
    return asMarkup(softText(value, interpreter));
  },
  striptags(value, given, interpreter) {
    bind('striptags', given, []);
    return stripTags(softText(value, interpreter), interpreter.budget);
  },
  urlencode(value, given, interpreter) {
    bind('urlencode', given, []);
    const isQuery = value instanceof Dict || value instanceof Sequence || value instanceof Undefined;
    if (isText(value) || !isQuery) return quoted(value, false, interpreter);
    const { budget } = interpreter;
    const pairs = value instanceof Dict ? entriesOf(value, budget).items : itemsOf(value, budget);
    const parts = pairs.flatMap((pair, index): (string | Text)[] => {
      const both = itemsOf(pair, budget);
      if (both.length !== 2)
        throw new PythonError('ValueError', `expected two values to unpack, got ${both.length}`);
      const [key, inner] = both.map((part) => quoted(part, true, interpreter));
      return [...(index > 0 ? ['&'] : []), key!, '=', inner!];
    });
    return concatAll(parts);
  },
  xmlattr(value, given, interpreter) {
    const [space] = bind('xmlattr', given, ['autospace']);
    if (value instanceof Undefined) return value.fail();
    if (!(value instanceof Dict))
      throw new PythonError('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
    const { budget } = interpreter;
    const parts: (string | Text)[] = [];
    for (const [key, inner] of value.entries.values()) {
      if (inner === null || inner instanceof Undefined) continue;
      const name = stringArgument('xmlattr', key);
      if (NO_ATTRIBUTE.test(name))
        throw new PythonError('ValueError', `Invalid character in attribute name: '${name}'`);
      if (parts.length > 0 || truthArgument(space, true)) parts.push(' ');
      parts.push(
        withoutMarkup(escapeHtml(textOrFail('xmlattr', key), budget)),
        '="',
        withoutMarkup(escapeHtml(softText(inner, interpreter), budget)),
        '"',
      );
    }
    return concatAll(parts);
  },
};

/** Python's `urllib.parse.quote`; slashes stay outside of a query. */
function quoted(value: Value, isQuery: boolean, interpreter: Evaluator): string | Text {
  const text = withoutMarkup(softText(value, interpreter));
  interpreter.budget.characters(9 * stringOf(text).length);
  const encoded = encodeURIComponent(stringOf(text)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return changed(text, isQuery ? encoded.replaceAll('%20', '+') : encoded.replaceAll('%2F', '/'));
}
