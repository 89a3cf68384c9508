import type { DecoderConfig } from '../decoder-config.js';

/** Names and shapes of the buffers that hold the keys and values of a context. */
export interface CacheShape {
  /** `keys/<layer>` and `values/<layer>`, in order of layers. */
  readonly names: readonly string[];
  /** (1, K, S, D), of each. */
  readonly shape: readonly [number, number, number, number];
}

export function cacheShape(
  { numLayers, numKvHeads, headWidth }: DecoderConfig,
  contextLength: number,
): CacheShape {
  const layers = Array.from({ length: numLayers }, (_, layer) => layer);
  return {
    names: layers.flatMap((layer) => [keysName(layer), valuesName(layer)]),
    shape: [1, numKvHeads, contextLength, headWidth],
  };
}

export function keysName(layer: number): string {
  return `keys/${layer}`;
}

export function valuesName(layer: number): string {
  return `values/${layer}`;
}
