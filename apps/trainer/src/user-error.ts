/** Something that the user can put right: the message says what, where, and how. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
