import { sizeOf } from '@sftkit/tensor';
import { fillNormal } from './counter-random.js';
import { decoderModel } from './decoder.js';
import type { DecoderConfig } from './decoder-config.js';
import type { ParameterSpec } from './decoder-model.js';

/** Standard deviation of fresh matrices, GPT-2's. */
const DEVIATION = 0.02;

/**
 * Weights for training from scratch: matrices and embeddings normal with deviation 0.02, the projections that
 * write to the residual stream smaller by sqrt(2 * layers), norms one, biases zero. Each element depends on
 * (seed, place of its tensor, index) alone, to the last bit and on every machine; see `fillNormal`.
 * @see Radford et al., 2019, section 2.3
 */
export function initialize(config: DecoderConfig, seed: number): Map<string, Float32Array> {
  const residualDeviation = DEVIATION / Math.sqrt(2 * config.numLayers);
  return new Map(
    decoderModel(config).parameters.map((spec, index) => [
      spec.name,
      fresh(spec, { seed, index, residualDeviation }),
    ]),
  );
}

function fresh(
  { shape, initialization }: ParameterSpec,
  { seed, index, residualDeviation }: { seed: number; index: number; residualDeviation: number },
): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (initialization === 'ones') {
    return values.fill(1);
  }
  if (initialization === 'zeros') {
    return values;
  }
  const deviation = initialization === 'residual' ? residualDeviation : DEVIATION;
  fillNormal(values, { seed, stream: index, deviation });
  return values;
}
