/** Python's ways to change and to ask for the case of letters. */

/** Letters whose form at the beginning of a word is neither small nor capital: ǆ, Ǆ and Dž. */
const TITLE: Readonly<Record<string, string>> = {
  Ǆ: 'ǅ',
  ǆ: 'ǅ',
  Ǉ: 'ǈ',
  ǉ: 'ǈ',
  Ǌ: 'ǋ',
  ǌ: 'ǋ',
  Ǳ: 'ǲ',
  ǳ: 'ǲ',
};

export function titleCharacter(character: string): string {
  const known = TITLE[character];
  if (known !== undefined) return known;
  const upper = character.toUpperCase();
  // ß becomes Ss, ﬁ becomes Fi.
  const [first = '', ...rest] = upper;
  return rest.length === 0 ? upper : first + rest.join('').toLowerCase();
}

export function capitalize(text: string): string {
  const [first = '', ...rest] = text;
  return titleCharacter(first) + lower(rest.join(''), first);
}

/** Python's `lower`; a sigma at the end of a word is known by what stands before it. */
function lower(text: string, before: string): string {
  return (before + text).toLowerCase().slice(before.toLowerCase().length);
}

/** Python's `str.title`: each run of letters begins with a capital. */
export function titleOfMethod(text: string): string {
  let result = '';
  let isInside = false;
  for (const character of text) {
    const isCased =
      /\p{Lu}|\p{Ll}|\p{Lt}/u.test(character) || character.toLowerCase() !== character.toUpperCase();
    result += isInside ? character.toLowerCase() : isCased ? titleCharacter(character) : character;
    isInside = isCased;
  }
  return result;
}

/** Jinja's filter `title`: words begin after whitespace, hyphens and brackets alone. */
export function titleOfFilter(text: string): string {
  return text
    .split(/([-\s({[<]+)/u)
    .map((word) => {
      const [first = '', ...rest] = word;
      return first.toUpperCase() + rest.join('').toLowerCase();
    })
    .join('');
}

export function swapCase(text: string): string {
  return Array.from(text, (character) => {
    const small = character.toLowerCase();
    return small === character ? character.toUpperCase() : small;
  }).join('');
}

/** Python's `casefold`, near enough: small letters, with the letters that have several forms in one. */
export function caseFold(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .replace(/[ﬀ-ﬆ]/gu, (ligature) => ligature.toUpperCase().toLowerCase());
}

const CASED = /[\p{Lu}\p{Ll}\p{Lt}]/u;
export const isLower = (text: string): boolean => CASED.test(text) && !/[\p{Lu}\p{Lt}]/u.test(text);
export const isUpper = (text: string): boolean => CASED.test(text) && !/[\p{Ll}\p{Lt}]/u.test(text);

export function isTitle(text: string): boolean {
  let isInside = false;
  let isCased = false;
  for (const character of text) {
    const isCapital = /[\p{Lu}\p{Lt}]/u.test(character);
    const isSmall = /\p{Ll}/u.test(character);
    if ((isCapital && isInside) || (isSmall && !isInside)) return false;
    isInside = isCapital || isSmall;
    isCased ||= isInside;
  }
  return isCased;
}
