import { MaskingError } from './masking-error.js';

const FIRST_PRIVATE_USE = 0xe000;
const LAST_PRIVATE_USE = 0xf8ff;

/**
 * A private-use character that occurs in none of the texts.
 * @throws {MaskingError} where all 6,400 do
 */
export function unusedCharacter(texts: readonly string[]): string {
  for (let code = FIRST_PRIVATE_USE; code <= LAST_PRIVATE_USE; code++) {
    const character = String.fromCharCode(code);
    if (!texts.some((text) => text.includes(character))) return character;
  }
  throw new MaskingError(
    'expected a private-use character (U+E000 to U+F8FF) that the conversation does not hold, found none; take them out',
  );
}
