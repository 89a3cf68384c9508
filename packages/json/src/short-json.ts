import { jsonEntries } from './json-value.js';
import { stringifyJson } from './stringify-json.js';

/** Characters of a value that a message shows. */
const SHOWN = 100;

/** A value as JSON for a message, whatever it is: cut where it is long, and as deep as it may be. Never throws. */
export function shortJson(value: unknown, most: number = SHOWN): string {
  if (typeof value === 'string') return shortText(value, most);
  let text = '';
  write(value);
  return text.length > most ? `${text.slice(0, most)}…` : text;

  /** Each level writes a bracket, so none is deeper than the text is long. */
  function write(inner: unknown): void {
    if (text.length > most) return;
    if (typeof inner === 'string') text += shortText(inner, most);
    else if (Array.isArray(inner)) {
      text += '[';
      writeAll(inner.keys(), (index) => write(inner[index]));
      text += ']';
    } else if (typeof inner === 'object' && inner !== null && !(inner instanceof Number)) {
      text += '{';
      writeAll(jsonEntries(inner), ([key, field]) => {
        text += `${shortText(key, most)}:`;
        write(field);
      });
      text += '}';
    } else text += scalar(inner);
  }

  function writeAll<T>(items: Iterable<T>, writeOne: (item: T) => void): void {
    let isFirst = true;
    for (const item of items) {
      if (text.length > most) return;
      if (!isFirst) text += ',';
      isFirst = false;
      writeOne(item);
    }
  }
}

function shortText(text: string, most: number): string {
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text);
}

function scalar(value: unknown): string {
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  const number = typeof value === 'number' || value instanceof Number ? Number(value) : 0;
  return Number.isNaN(number) ? 'NaN' : stringifyJson(value);
}
