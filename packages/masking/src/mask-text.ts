import type { Encoding } from '@sftkit/tokenization';
import { labelTokens } from './label-tokens.js';
import type { MaskedExample } from './types.js';

/**
 * Plain text, learnt from its second token to its last: an end-of-sequence token that the caller appended
 * is learnt too.
 * @param options.weight loss weight of each token, 1 by default
 */
export function maskText(
  { ids }: Pick<Encoding, 'ids'>,
  { weight = 1 }: { weight?: number } = {},
): MaskedExample {
  return labelTokens(ids, new Float32Array(ids.length).fill(weight));
}
