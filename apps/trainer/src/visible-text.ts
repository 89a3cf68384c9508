/**
 * Text of data and models as it is shown. Printed as it is, it could clear the screen, set the window's title, or hide by
 * the direction of its letters what an example says.
 */

const LAST_PICTURED = 0x1f;
const DELETE = 0x7f;
/** Unicode's control pictures: ␀ to ␟ in the order of the characters that they stand for, and ␡. */
const PICTURES = 0x2400;
const DELETE_PICTURE = '\u2421';

/** Controls but line feed and tab, and the characters that override or isolate the direction of text. */
const STEERING = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Control pictures (␛, ␇) for C0 and DEL, escapes (\u009b, \u202e) for what has no picture. Colours are painted on the result. */
export function visibleText(text: string): string {
  return text.replace(STEERING, (character) => {
    const code = character.charCodeAt(0);
    if (code <= LAST_PICTURED) return String.fromCharCode(PICTURES + code);
    return code === DELETE ? DELETE_PICTURE : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
