/** What `striptags` does: text without tags, with characters in place of HTML's entities. */
import type { Budget } from './budget.js';
import { UnsupportedError } from './python-error.js';
import { splitText } from './split.js';
import { changed, stringOf, type Text, withoutMarkup } from './text.js';

/** The entities of U+00A0 to U+00FF; like `&amp;`, they may stand without their semicolon. */
const LATIN =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml';

const ENTITIES = new Map<string, string>([
  ...LATIN.split(' ').map((name, index): [string, string] => [name, String.fromCharCode(0xa0 + index)]),
  ...Object.entries({ amp: '&', AMP: '&', lt: '<', LT: '<', gt: '>', GT: '>', quot: '"', QUOT: '"' }),
  ['COPY', '©'],
  ['REG', '®'],
]);

const REFERENCE = /&(?:#(\d+);?|#[xX]([\da-fA-F]+);?|([^\t\n\f <&#;]{1,32};?))/g;

/** Python's `html.unescape`. @throws {UnsupportedError} on the rarer ones of HTML's 2231 entities */
export function unescapeHtml(text: string | Text, budget: Budget): string | Text {
  budget.characters(2 * stringOf(text).length);
  return changed(withoutMarkup(text), unescaped(stringOf(text)));
}

function unescaped(text: string): string {
  return text.replace(REFERENCE, (entity, decimal?: string, hex?: string, name?: string) =>
    name === undefined
      ? numbered(Number.parseInt(decimal ?? hex!, decimal === undefined ? 16 : 10), entity)
      : named(name),
  );
}

function numbered(code: number, entity: string): string {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd';
  const isText = code >= 0xa0 || (code >= 0x20 && code < 0x7f) || code === 9 || code === 10;
  // Browsers know many numbers as other characters than those of Unicode.
  if (!isText || (code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code <= 0xfdef))
    throw new UnsupportedError(`striptags: expected the number of a character, got ${entity}`);
  return String.fromCodePoint(code);
}

function named(name: string): string {
  const bare = name.replace(/;$/, '');
  const known = ENTITIES.get(bare);
  if (known !== undefined) return known;
  if (name === 'apos;') return "'";
  if (name !== bare && /^[a-z][a-z\d]*$/i.test(bare))
    throw new UnsupportedError(`striptags: expected an entity of Latin-1, got &${name}`);
  for (let length = name.length - 1; length > 1; length -= 1) {
    const begun = ENTITIES.get(name.slice(0, length));
    if (begun !== undefined) return begun + name.slice(length);
  }
  return `&${name}`;
}

/** markupsafe's `striptags`: no comments, no tags, one space for each run of whitespace. */
export function stripTags(text: string | Text, budget: Budget): string | Text {
  const plain = withoutTags(withoutComments(stringOf(text), budget), budget);
  const words = splitText(plain, undefined, -1, false, budget).map(stringOf).join(' ');
  budget.characters(2 * words.length);
  return changed(withoutMarkup(text), unescaped(words));
}

/** One comment after the other, for what is left may hold another one. */
function withoutComments(text: string, budget: Budget): string {
  let left = text;
  for (;;) {
    budget.characters(left.length);
    const start = left.indexOf('<!--');
    const end = start < 0 ? -1 : left.indexOf('-->', start);
    if (end < 0) return left;
    left = left.slice(0, start) + left.slice(end + 3);
  }
}

function withoutTags(text: string, budget: Budget): string {
  budget.characters(text.length);
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf('<', from);
    const end = start < 0 ? -1 : text.indexOf('>', start);
    if (end < 0) break;
    budget.work(1);
    parts.push(text.slice(from, start));
    from = end + 1;
  }
  return parts.join('') + text.slice(from);
}
