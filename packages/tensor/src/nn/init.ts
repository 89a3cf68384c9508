/**
 * Random initialization. Every number is a function of (seed, stream, element): the same whatever was drawn before, and
 * whichever other parameters there are.
 */
import { dropoutKey } from '../random/dropout-key.js';
import { UNIFORM_PERIOD, uniformAt } from '../random/uniform-at.js';
import { sizeOf } from '../shape.js';
import { TensorError } from '../tensor-error.js';
import type { Shape } from '../types.js';

/**
 * The first values of a tensor.
 * @param random uniform numbers in [0, 1), by their index from 0
 */
export type Initializer = (shape: Shape, random: (index: number) => number) => Float32Array;

/** @param stream another for each parameter, from 0 */
export function initialValues(
  initializer: Initializer,
  shape: Shape,
  { seed, stream }: { readonly seed: number; readonly stream: number },
): Float32Array {
  let block = -1;
  let key: Float32Array = new Float32Array();
  return initializer(shape, (index) => {
    const wanted = Math.floor(index / UNIFORM_PERIOD);
    if (wanted !== block) [block, key] = [wanted, dropoutKey(seed, stream, wanted)];
    return uniformAt(key, index % UNIFORM_PERIOD);
  });
}

function filled(value: number): Initializer {
  return (shape) => new Float32Array(sizeOf(shape)).fill(value);
}

/** Uniform between `low` and `high`. Default: 0 and 1. */
function uniform({ low = 0, high = 1 } = {}): Initializer {
  return (shape, random) =>
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => low + (high - low) * random(i));
}

/** Normal with mean 0 (Box and Muller, 1958). Default deviation: 1. */
function normal({ std = 1 } = {}): Initializer {
  return (shape, random) =>
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
      const radius = Math.sqrt(-2 * Math.log(1 - random(2 * i)));
      return std * radius * Math.cos(2 * Math.PI * random(2 * i + 1));
    });
}

/**
 * Uniform within sqrt(3 / fan-in) times the gain, which keeps the size of activations behind a relu (gain sqrt(2), the
 * default). The weight is (O, I), as `linear` takes it.
 * @see He et al., 2015, section 2.2
 */
function kaimingUniform({ gain = Math.SQRT2 } = {}): Initializer {
  return (shape, random) => {
    const bound = gain * Math.sqrt(3 / fans('kaimingUniform', shape).fanIn);
    return uniform({ low: -bound, high: bound })(shape, random);
  };
}

/** Uniform within sqrt(6 / (fan-in + fan-out)) times the gain (1, the default). @see Glorot and Bengio, 2010, section 4.2 */
function xavierUniform({ gain = 1 } = {}): Initializer {
  return (shape, random) => {
    const { fanIn, fanOut } = fans('xavierUniform', shape);
    const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
    return uniform({ low: -bound, high: bound })(shape, random);
  };
}

/** As PyTorch counts: (O, I, ...) has I * ... values in for each one out. */
function fans(name: string, shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  const [out, inner, ...field] = shape;
  if (out === undefined || inner === undefined) {
    throw new TensorError(
      `init.${name}: expected a weight of two axes (O, I) or more, got (${shape.join(', ')}); use zeros or uniform for biases`,
    );
  }
  return { fanIn: inner * sizeOf(field), fanOut: out * sizeOf(field) };
}

/** Named as in `torch.nn.init`. */
export const init = {
  zeros: filled(0),
  ones: filled(1),
  uniform,
  normal,
  kaimingUniform,
  xavierUniform,
} as const;
