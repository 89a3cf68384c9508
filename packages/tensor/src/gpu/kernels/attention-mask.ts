import type { AttentionMaskAttributes } from '../../ops/attention-mask.js';
import type { KernelThis, Values } from '../kernel.js';
import type { Lowering } from '../lowering.js';

type Sizes = 'queries' | 'keys' | 'window' | 'hidden';

// Size (keys, queries, batch).
function attentionMaskKernel(
  this: KernelThis<Sizes>,
  querySegments: Values,
  keySegments: Values,
  queryPositions: Values,
  keyPositions: Values,
): number {
  const querySegment = querySegments[this.thread.z * this.constants.queries + this.thread.y]!;
  const keySegment = keySegments[this.thread.z * this.constants.keys + this.thread.x]!;
  const distance =
    queryPositions[this.thread.z * this.constants.queries + this.thread.y]! -
    keyPositions[this.thread.z * this.constants.keys + this.thread.x]!;
  if (querySegment === keySegment && distance >= 0.0 && distance < this.constants.window) {
    return 0.0;
  }
  return this.constants.hidden;
}

/** Added to the score of a key that the query may not see; -Infinity would turn into NaN on some GPUs. */
const HIDDEN = -1e30;

/** Further than any two positions are apart, which are exact in float32 up to 2^24. */
const UNLIMITED = 2 ** 25;

export const attentionMaskLowering: Lowering<AttentionMaskAttributes> = (call) => {
  const [batch, queries] = call.inputTypes[0]!.shape as [number, number];
  const keys = call.inputTypes[1]!.shape[1]!;
  const constants = { queries, keys, window: call.attributes.window ?? UNLIMITED, hidden: HIDDEN };
  return [call.run(attentionMaskKernel, call.inputs, [keys, queries, batch], constants)];
};
