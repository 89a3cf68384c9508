/** Python's ways to change and to ask for the case of letters, by Unicode's full rules. */

/** Letters with a form of their own for the beginning of a word: ǆ, Ǆ and Dž. */
const TITLE: Readonly<Record<string, string>> = {
  Ǆ: 'ǅ',
  ǆ: 'ǅ',
  ǅ: 'ǅ',
  Ǉ: 'ǈ',
  ǉ: 'ǈ',
  ǈ: 'ǈ',
  Ǌ: 'ǋ',
  ǌ: 'ǋ',
  ǋ: 'ǋ',
  Ǳ: 'ǲ',
  ǳ: 'ǲ',
  ǲ: 'ǲ',
};
/** One letter for two, of which only the first is a capital at the beginning of a word: ß, ﬁ. */
const LIGATURE = /^[ßև\ufb00-\ufb06\ufb13-\ufb17]$/u;
const GEORGIAN = /^[\u10d0-\u10ff]$/u;
/** Greek letters with an iota below. */
const IOTA_BELOW = /^[\u1f80-\u1fff]$/u;

/** A character as it begins a word. */
function titleCharacter(character: string): string {
  const known = TITLE[character];
  if (known !== undefined) return known;
  // Georgian has capitals for whole words alone.
  if (GEORGIAN.test(character)) return character;
  const upper = character.toUpperCase();
  if (LIGATURE.test(character)) {
    const [first = '', ...rest] = upper;
    return first + rest.join('').toLowerCase();
  }
  if (IOTA_BELOW.test(character) && /.\u0399$/u.test(upper)) {
    const below = `${upper.slice(0, -1)}\u0345`;
    return below.length === 2 ? below.normalize('NFC') : below;
  }
  return upper;
}

/** What may stand between a sigma and the next letter of its word: far less in any language. */
const NEAR = 64;

/** The small letter of the character at an offset: a sigma at the end of a word has another one. */
function smallAt(text: string, at: number, character: string): string {
  if (character !== 'Σ') return character.toLowerCase();
  return isLetterNear(text, at, -1) && !isLetterNear(text, at, 1) ? 'ς' : 'σ';
}

/** Whether the next character before or behind a place is a letter, apostrophes, accents and the like left out. */
function isLetterNear(text: string, place: number, step: 1 | -1): boolean {
  for (let at = place + step; at >= 0 && at < text.length && Math.abs(at - place) < NEAR; at += step) {
    const isSecondHalf = step < 0 && /[\udc00-\udfff]/.test(text[at]!) && at > 0;
    const character = String.fromCodePoint(text.codePointAt(isSecondHalf ? at - 1 : at)!);
    if (!/\p{Case_Ignorable}/u.test(character)) return /\p{Cased}/u.test(character);
    if (character.length > 1) at += step;
  }
  return false;
}

/** What looks at each character costs as if the text were so long: a sigma is looked at with its neighbours. */
export const lengthOfLook = (text: string): number => text.length * (text.includes('Σ') ? 40 : 16);

/** Makes a text of another character by character. */
function mapped(text: string, change: (character: string, at: number) => string): string {
  let result = '';
  let at = 0;
  for (const character of text) {
    result += change(character, at);
    at += character.length;
  }
  return result;
}

export function capitalize(text: string): string {
  return mapped(text, (character, at) =>
    at === 0 ? titleCharacter(character) : smallAt(text, at, character),
  );
}

/** Python's `str.title`: each run of letters begins with a capital. */
export function titleOfMethod(text: string): string {
  let isInside = false;
  return mapped(text, (character, at) => {
    const changed = isInside ? smallAt(text, at, character) : titleCharacter(character);
    isInside = /\p{Cased}/u.test(character);
    return changed;
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: Python counts these separators as whitespace.
const WORD_STARTS = /([-\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000({[<]+)/u;

/** Jinja's filter `title`: words begin after whitespace, hyphens and brackets alone. */
export function titleOfFilter(text: string): string {
  return text
    .split(WORD_STARTS)
    .map((word) => {
      const [first = ''] = word;
      return first.toUpperCase() + word.slice(first.length).toLowerCase();
    })
    .join('');
}

export function swapCase(text: string): string {
  return mapped(text, (character, at) => {
    if (/\p{Uppercase}/u.test(character)) return smallAt(text, at, character);
    return /\p{Lowercase}/u.test(character) ? character.toUpperCase() : character;
  });
}

/** Letters whose folded form is not the small one of their capital. */
const CHEROKEE = /^[\u13a0-\u13f5\u13f8-\u13fd\uab70-\uabbf]$/u;

/** Python's `casefold`: what differs in case alone becomes the same. */
export function caseFold(text: string): string {
  return mapped(text, (character) => {
    if (character === 'ı') return character;
    if (character === 'ẞ') return 'ss';
    const upper = character.toUpperCase();
    return CHEROKEE.test(character) ? upper : mapped(upper, (capital) => capital.toLowerCase());
  });
}

export const isLower = (text: string): boolean =>
  /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text);
export const isUpper = (text: string): boolean =>
  /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text);

export function isTitle(text: string): boolean {
  let isInside = false;
  let isCased = false;
  for (const character of text) {
    const isCapital = /[\p{Uppercase}\p{Lt}]/u.test(character);
    const isSmall = /\p{Lowercase}/u.test(character);
    if ((isCapital && isInside) || (isSmall && !isInside)) return false;
    isInside = isCapital || isSmall;
    isCased ||= isInside;
  }
  return isCased;
}
