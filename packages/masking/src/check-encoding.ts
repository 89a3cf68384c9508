import type { Encoding } from '@sftkit/tokenization';
import { MaskingError } from './masking-error.js';

/** @throws {MaskingError} if the offsets do not lie inside a text of this length */
export function checkEncoding({ ids, starts, ends }: Encoding, textLength: number): void {
  if (starts.length !== ids.length || ends.length !== ids.length) {
    const got = `${ids.length} ids, ${starts.length} starts and ${ends.length} ends`;
    throw new MaskingError(`encoding: expected one start and one end for each id, got ${got}`);
  }
  for (let t = 0; t < ids.length; t++) {
    const start = starts[t]!;
    const end = ends[t]!;
    if (start >= 0 && start <= end && end <= textLength) continue;
    const problem = `expected token ${t} inside the ${textLength} characters of the text, got ${start} to ${end}`;
    throw new MaskingError(`encoding: ${problem}; encode the text of this very rendering`);
  }
}
