import { TrainerError } from './trainer-error.js';

/** One rate for all layers, or a rate that rises (or falls) linearly from the first layer to the last. */
export type ResidualDropoutOption = number | { readonly from: number; readonly to: number };

/**
 * Residual dropout per layer.
 * @returns (numLayers) rates
 * @throws {TrainerError} if a rate is not in [0, 1)
 * @see LIMA (Zhou et al., 2023), section 3: from 0.0 at the bottom layer to 0.3 at the last
 */
export function dropoutRates(option: ResidualDropoutOption, numLayers: number): number[] {
  const { from, to } = typeof option === 'number' ? { from: option, to: option } : option;
  for (const rate of [from, to]) {
    if (!(rate >= 0 && rate < 1)) {
      throw new TrainerError(`dropout: expected rates from 0 to below 1, got ${rate}`);
    }
  }
  return Array.from({ length: numLayers }, (_, layer) =>
    numLayers === 1 ? to : from + ((to - from) * layer) / (numLayers - 1),
  );
}
