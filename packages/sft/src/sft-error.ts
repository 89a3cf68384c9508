/** Something that the user can put right: the message says what was expected, what was found, where, and what to do. */
export class SftError extends Error {
  override readonly name: string = 'SftError';
}
