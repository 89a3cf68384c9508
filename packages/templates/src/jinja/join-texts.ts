import type { Budget } from './budget.js';
import { escapeHtml } from './markup.js';
import { PythonError } from './python-error.js';
import { concatAll, isMarkup, pieceCount, stringOf, type Text } from './text.js';
import { toText } from './to-text.js';
import { isText, typeName, type Value } from './values.js';

/**
 * Python's `separator.join(items)`. Markup takes anything in, escaped.
 * @throws {PythonError} on what is no text
 */
export function joinTexts(separator: string | Text, items: readonly Value[], budget: Budget): string | Text {
  const parts: (string | Text)[] = [];
  let length = 0;
  let pieces = 0;
  const escapes = isMarkup(separator);
  items.forEach((item, index) => {
    if (!escapes && !isText(item))
      throw new PythonError(
        'TypeError',
        `sequence item ${index}: expected str instance, ${typeName(item)} found`,
      );
    const text = toText(item, budget);
    if (index > 0) parts.push(separator);
    parts.push(escapes ? escapeHtml(text, budget) : text);
    length += stringOf(text).length + stringOf(separator).length;
    pieces += pieceCount(text);
  });
  budget.text(length);
  budget.pieces(pieces);
  budget.characters(length);
  budget.work(items.length);
  return concatAll(parts, escapes);
}
