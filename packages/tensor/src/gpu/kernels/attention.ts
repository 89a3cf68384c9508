/** Attention of products, masked scores and their softmax; the scores of all queries at once. */
import type { AttentionAttributes } from '../../ops/attention.js';
import { type AttentionSizes, attentionSizes } from '../../ops/attention-rows.js';
import type { KernelThis, Values } from '../kernel.js';
import type { Lowering, LoweringCall, Slot } from '../lowering.js';
import { runMatmul } from './matmul.js';
import { dotRows, slopeRows, softmaxRows } from './softmax.js';

// Size (keys, queries, batch * heads).
function maskedScore(this: KernelThis<'keys' | 'queries' | 'heads'>, scores: Values, mask: Values): number {
  const row = Math.floor((this.thread.z + 0.5) / this.constants.heads);
  return (
    scores[(this.thread.z * this.constants.queries + this.thread.y) * this.constants.keys + this.thread.x]! +
    mask[((row | 0) * this.constants.queries + this.thread.y) * this.constants.keys + this.thread.x]!
  );
}

/** The products' sizes with the queries of heads that share keys stacked below each other: (B * K, H / K * T, ...). */
function productOf({ batch, heads, keyHeads, queries, keys, depth }: AttentionSizes) {
  return {
    stack: batch * keyHeads,
    queries: (heads / keyHeads) * queries,
    keys,
    depth,
    plain: { transposeA: false, transposeB: false, alpha: 1 },
  };
}

/** (B, H, T, S) */
function weightsOf(
  call: LoweringCall,
  [q, k, mask]: readonly [Slot, Slot, Slot],
  sizes: AttentionSizes,
  scale: number,
): Slot {
  const { batch, heads, queries, keys } = sizes;
  const { stack, queries: m, depth, plain } = productOf(sizes);
  const scores = runMatmul(call, q, k, {
    ...plain,
    stack,
    m,
    n: keys,
    inner: depth,
    transposeB: true,
    alpha: scale,
  });
  const masked = call.run(maskedScore, [scores, mask], [keys, queries, batch * heads], {
    keys,
    queries,
    heads,
  });
  return softmaxRows(call, masked, batch * heads * queries, keys);
}

export const attentionLowering: Lowering<AttentionAttributes> = (call) => {
  const [q, k, v, mask] = call.inputs as [Slot, Slot, Slot, Slot];
  const sizes = attentionSizes(call.inputTypes);
  const weights = weightsOf(call, [q, k, mask], sizes, call.attributes.scale);
  const { stack, queries, keys, depth, plain } = productOf(sizes);
  return [runMatmul(call, weights, v, { ...plain, stack, m: queries, n: depth, inner: keys })];
};

export const attentionGradientLowering: Lowering<AttentionAttributes> = (call) => {
  const [q, k, v, mask, y, g] = call.inputs as [Slot, Slot, Slot, Slot, Slot, Slot];
  const [wantsQ, wantsK, wantsV] = call.wanted;
  const { scale: alpha } = call.attributes;
  const sizes = attentionSizes(call.inputTypes);
  const { stack, queries, keys, depth, plain } = productOf(sizes);
  const rows = stack * queries;
  const weights = weightsOf(call, [q, k, mask], sizes, alpha);
  const ofKeys = { ...plain, stack, m: keys, n: depth, inner: queries, transposeA: true };
  const dv = wantsV ? runMatmul(call, weights, g, ofKeys) : undefined;
  if (!wantsQ && !wantsK) {
    return [undefined, undefined, dv];
  }
  const dWeights = runMatmul(call, g, v, {
    ...plain,
    stack,
    m: queries,
    n: keys,
    inner: depth,
    transposeB: true,
  });
  const dScores = slopeRows(call, [weights, dWeights, dotRows(call, y, g, rows, depth)], rows, keys);
  return [
    wantsQ
      ? runMatmul(call, dScores, k, { ...plain, stack, m: queries, n: depth, inner: keys, alpha })
      : undefined,
    wantsK ? runMatmul(call, dScores, q, { ...ofKeys, alpha }) : undefined,
    dv,
  ];
};
