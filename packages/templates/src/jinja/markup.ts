/** Text that is safe for HTML, as markupsafe makes it. */
import type { Budget } from './budget.js';
import { asMarkup, concatAll, isMarkup, stringOf, type Text } from './text.js';
import { writeEscaped } from './to-text.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
};

/** markupsafe's `escape`: markup already is. */
export function escapeHtml(text: string | Text, budget: Budget): Text {
  if (isMarkup(text)) return text as Text;
  const value = stringOf(text);
  budget.characters(value.length);
  const parts: (string | Text)[] = [];
  writeEscaped(text, /[&<>'"]/g, (character) => ENTITIES[character]!, parts, budget);
  return asMarkup(concatAll(parts));
}
