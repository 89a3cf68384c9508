import { attention, attentionMask, type Tensor } from '@sftkit/tensor';
import type { DecoderBatch, HiddenOptions } from './decoder-model.js';

/** Attention of one layer: queries (B, H, T, D), new keys and values (B, K, T, D) -> (B, H, T, D). */
export type AttendLayer = (layer: number, queries: Tensor, keys: Tensor, values: Tensor) => Tensor;

/**
 * Attention over the batch itself or over a cache: causal, each token inside its own segment. The mask is
 * written once and shared by all layers.
 */
export function attendWith(
  batch: DecoderBatch,
  {
    cache,
    slidingWindow,
    longestSegment,
  }: Pick<HiddenOptions, 'cache' | 'longestSegment'> & { readonly slidingWindow: number | undefined },
): AttendLayer {
  const seen = cache ?? batch;
  const mask = attentionMask(batch.segmentIds, seen.segmentIds, batch.positions, seen.positions, {
    window: slidingWindow,
  }); // (B, 1, T, S)
  const reach =
    slidingWindow === undefined ? longestSegment : Math.min(slidingWindow, longestSegment ?? slidingWindow);
  return (layer, queries, keys, values) => {
    const all = cache === undefined ? { keys, values } : cache.extend(layer, keys, values);
    return attention(queries, all.keys, all.values, mask, { causal: cache === undefined, reach });
  };
}
