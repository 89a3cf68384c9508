import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFloats, encodeFloats } from './float-formats.js';

const everyHalf = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);

function isNaNHalf(bits: number, infinity: number): boolean {
  return (bits & 0x7fff) > infinity;
}

/** Elements as 16-bit patterns. */
function halves(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}

describe.each([
  { format: 'F16', infinity: 0x7c00 },
  { format: 'BF16', infinity: 0x7f80 },
] as const)('$format', ({ format, infinity }) => {
  const values = decodeFloats(new Uint8Array(everyHalf.buffer), format);

  test('every pattern survives widening and narrowing', () => {
    const numbers = everyHalf.filter((bits) => !isNaNHalf(bits, infinity));
    const back = halves(
      encodeFloats(
        values.filter((_, bits) => !isNaNHalf(bits, infinity)),
        format,
      ),
    );
    expect(back).toEqual(numbers);
  });

  test('NaN stays NaN', () => {
    const narrowed = halves(encodeFloats(Float32Array.of(Number.NaN), format));
    expect(isNaNHalf(narrowed[0]!, infinity)).toBe(true);
    expect(values.filter((_, bits) => isNaNHalf(bits, infinity)).every(Number.isNaN)).toBe(true);
  });

  test('narrowing picks the nearest value, and of two equally near ones the even pattern', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: infinity - 2 }), fc.constantFrom(1, 2, 3), (bits, quarters) => {
        // Both neighbours and their quarters are exact in float32 except in BF16's smallest subnormals.
        const [low, high] = [values[bits]!, values[bits + 1]!];
        const between = Math.fround(low + ((high - low) * quarters) / 4);
        const expected = quarters === 1 ? bits : quarters === 3 ? bits + 1 : bits + (bits & 1);
        expect(halves(encodeFloats(Float32Array.of(between, -between), format))).toEqual(
          Uint16Array.of(expected, expected | 0x8000),
        );
      }),
    );
  });

  test('a finite value beyond the largest is refused, infinity is kept', () => {
    expect(() => encodeFloats(Float32Array.of(1, 3.4e38), format)).toThrow(`${format}: `);
    expect(halves(encodeFloats(Float32Array.of(Number.POSITIVE_INFINITY), format))[0]).toBe(infinity);
  });
});

test('known values', () => {
  expect([...halves(encodeFloats(Float32Array.of(1, -2, 0.1, 65504, 6e-8), 'F16'))]).toEqual([
    0x3c00, 0xc000, 0x2e66, 0x7bff, 0x0001,
  ]);
  expect([...halves(encodeFloats(Float32Array.of(1, -2, 0.1, Math.PI), 'BF16'))]).toEqual([
    0x3f80, 0xc000, 0x3dcd, 0x4049,
  ]);
});

test('bytes that are not aligned', () => {
  const bytes = new Uint8Array(9);
  bytes.set(new Uint8Array(Float32Array.of(1.5, -7).buffer), 1);
  expect([...decodeFloats(bytes.subarray(1), 'F32')]).toEqual([1.5, -7]);
});
