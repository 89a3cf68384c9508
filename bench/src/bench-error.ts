/** What the person who started the bench can mend; shown without a stack. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
