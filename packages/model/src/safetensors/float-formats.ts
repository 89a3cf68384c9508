/**
 * Conversion between float32 and the 16-bit formats of checkpoints. Narrowing rounds to nearest, ties to even,
 * as PyTorch does. Values are read and written as little-endian, which is what every JavaScript engine runs on.
 */
import { WeightsError } from '../model-error.js';

/** Element types that are read and written, as safetensors names them. */
export type FloatFormat = 'F32' | 'F16' | 'BF16';

/** Bytes of one element. */
export const FORMAT_BYTES: Readonly<Record<FloatFormat, number>> = { F32: 4, F16: 2, BF16: 2 };

/** Whether a dtype of a safetensors header is one of ours. */
export function isFloatFormat(dtype: string): dtype is FloatFormat {
  return Object.hasOwn(FORMAT_BYTES, dtype);
}

/** Elements as float32. The result may share memory with `bytes`. */
export function decodeFloats(bytes: Uint8Array, format: FloatFormat): Float32Array {
  // Typed arrays need aligned memory, which a slice of a file need not be.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  if (format === 'F32') {
    return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
  }
  const halves = new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2);
  const bits = new Uint32Array(halves.length);
  const widen = format === 'BF16' ? widenBFloat16 : widenFloat16;
  for (let i = 0; i < halves.length; i++) {
    bits[i] = widen(halves[i]!);
  }
  return new Float32Array(bits.buffer);
}

/**
 * Elements as the bytes of a format. F32 shares memory with `values`.
 * @throws {WeightsError} if a finite value is too large for the format
 */
export function encodeFloats(values: Float32Array, format: FloatFormat): Uint8Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  if (format === 'F32') {
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  const halves = new Uint16Array(values.length);
  const narrow = format === 'BF16' ? narrowToBFloat16 : narrowToFloat16;
  const infinity = format === 'BF16' ? 0x7f80 : 0x7c00;
  for (let i = 0; i < values.length; i++) {
    const half = narrow(bits[i]!);
    if ((half & 0x7fff) === infinity && Number.isFinite(values[i])) {
      throw new WeightsError(
        `${format}: ${values[i]} at element ${i} is too large for this format; write F32`,
      );
    }
    halves[i] = half;
  }
  return new Uint8Array(halves.buffer);
}

/** Bits of a bfloat16 -> bits of the equal float32. */
function widenBFloat16(half: number): number {
  return half << 16;
}

/** Bits of a float32 -> bits of the nearest bfloat16. */
function narrowToBFloat16(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) {
    return (bits >>> 16) | 0x40; // NaN stays NaN: rounding could carry it into infinity
  }
  // Half of the last kept bit, less one where that bit is even: a tie goes to the even neighbour.
  return ((bits >>> 0) + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** Bits of a float16 -> bits of the equal float32. */
function widenFloat16(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) {
    return sign | 0x7f800000 | (fraction << 13);
  }
  if (exponent !== 0) {
    return sign | ((exponent + 112) << 23) | (fraction << 13); // the biases are 15 and 127
  }
  if (fraction === 0) {
    return sign;
  }
  // Subnormal: fraction * 2^-24. Shift its leading one to where float32 implies it.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

/** Bits of a float32 -> bits of the nearest float16. */
function narrowToFloat16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) {
    return sign | 0x7e00;
  }
  const exponent = (magnitude >>> 23) - 112;
  if (exponent >= 0x1f) {
    return sign | 0x7c00;
  }
  if (exponent < -10) {
    return sign; // below half of the smallest subnormal
  }
  // Normal numbers drop 13 bits; subnormals drop one more for each step below the smallest exponent.
  const fraction = exponent > 0 ? magnitude & 0x7fffff : (magnitude & 0x7fffff) | 0x800000;
  const drop = exponent > 0 ? 13 : 14 - exponent;
  const kept = fraction >>> drop;
  const rest = fraction & ((1 << drop) - 1);
  const half = 1 << (drop - 1);
  const rounded = kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0);
  // A carry out of the fraction is the next exponent, up to infinity: the fields lie side by side.
  return sign | ((exponent > 0 ? exponent << 10 : 0) + rounded);
}
