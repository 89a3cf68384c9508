/** Something that cannot be masked or packed exactly; the message says what was expected and what to do. */
export class MaskingError extends Error {
  override readonly name: string = 'MaskingError';
}
