import { describe, expect, test } from 'vitest';
import { fillNormal, type NormalOptions, uniformAt } from './counter-random.js';

function draw(
  count: number,
  { seed = 1, stream = 0, deviation = 1, first = 0 }: Partial<NormalOptions> = {},
) {
  const values = new Float32Array(count);
  fillNormal(values, { seed, stream, deviation, first });
  return values;
}

function meanOf(values: Float32Array, term: (value: number) => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += term(values[i]!);
  return sum / values.length;
}

/** In standard errors of independent numbers. */
function correlation(a: Float32Array, b: Float32Array): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  const variances = (squaresA - (sumA * sumA) / a.length) * (squaresB - (sumB * sumB) / a.length);
  return ((products - (sumA * sumB) / a.length) / Math.sqrt(variances)) * Math.sqrt(a.length);
}

function squared(values: Float32Array): Float32Array {
  return values.map((x) => x * x);
}

/** Probability of a normal number below x: its Taylor series, which says nothing beyond 7. */
function normalBelow(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 3; Math.abs(term) > 1e-18; n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

const COUNT = 1_000_000;
/** Of which correlations are taken. */
const FEW = 200_000;

/**
 * Standard errors that a statistic may be away from its mean. All draws are fixed; of the some hundred statistics below,
 * chance takes one beyond 4 in one of 150 choices of the seeds.
 */
const LIMIT = 4;

describe.each([
  { seed: 1, stream: 0 },
  { seed: 2, stream: 7 },
  { seed: 2 ** 53 - 1, stream: 271 },
])('a million normal numbers of seed $seed, stream $stream', (place) => {
  const values = draw(COUNT, place);

  test('have the moments of the distribution', () => {
    expect(Math.abs(meanOf(values, (x) => x))).toBeLessThan(LIMIT * Math.sqrt(1 / COUNT));
    expect(Math.abs(meanOf(values, (x) => x ** 2) - 1)).toBeLessThan(LIMIT * Math.sqrt(2 / COUNT));
    expect(Math.abs(meanOf(values, (x) => x ** 3))).toBeLessThan(LIMIT * Math.sqrt(15 / COUNT));
    expect(Math.abs(meanOf(values, (x) => x ** 4) - 3)).toBeLessThan(LIMIT * Math.sqrt(96 / COUNT));
  });

  test('follow its distribution function (Kolmogorov and Smirnov)', () => {
    let distance = 0;
    for (const [i, x] of values.toSorted().entries()) {
      const below = normalBelow(x);
      distance = Math.max(distance, below - i / COUNT, (i + 1) / COUNT - below);
    }
    // 1.95 is exceeded by one sample of a thousand; 0.27 is not reached by one of a million.
    expect(distance * Math.sqrt(COUNT)).toBeLessThan(1.95);
    expect(distance * Math.sqrt(COUNT)).toBeGreaterThan(0.27);
  });

  test.each([1, 2, 3, 64, 576, 2047, 2048, 2049, 4096])('do not follow those %i before', (lag) => {
    const earlier = values.subarray(0, FEW);
    const later = values.subarray(lag, FEW + lag);
    expect(Math.abs(correlation(earlier, later))).toBeLessThan(LIMIT);
    expect(Math.abs(correlation(squared(earlier), squared(later)))).toBeLessThan(LIMIT);
  });

  test.each([
    { ...place, stream: place.stream + 1 },
    { ...place, stream: place.stream + 2 ** 32 },
    { ...place, seed: place.seed - 1 },
    { ...place, seed: (place.seed + 2 ** 32) % 2 ** 53 },
    { ...place, first: COUNT },
    { ...place, first: 2 ** 32 },
    { ...place, first: 2 ** 33 },
    { seed: place.stream, stream: place.seed },
  ])('do not follow those of %j', (other) => {
    const mine = values.subarray(0, FEW);
    const others = draw(FEW, other);
    expect(Math.abs(correlation(mine, others))).toBeLessThan(LIMIT);
    expect(Math.abs(correlation(squared(mine), squared(others)))).toBeLessThan(LIMIT);
  });
});

function countOf(values: Float32Array, condition: (value: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) count += condition(values[i]!) ? 1 : 0;
  return count;
}

test('the tails have as many numbers as they should', () => {
  const count = 10_000_000;
  const values = draw(count, { seed: 3, stream: 5 });
  for (const sign of [-1, 1]) {
    // From 4.2 on a probability has 63 bits.
    for (const bound of [2, 3, 4, 4.15, 4.25, 4.5]) {
      const expected = count * normalBelow(-bound);
      const beyond = countOf(values, (x) => sign * x > bound);
      expect(Math.abs(beyond - expected), `${sign * bound}`).toBeLessThan(LIMIT * Math.sqrt(expected));
    }
  }
  const beyondFive = countOf(values, (x) => Math.abs(x) > 5);
  // 5.7 expected: none, or more than 17, has a probability below 1 in 300.
  expect(beyondFive).toBeGreaterThan(0);
  expect(beyondFive).toBeLessThan(18);
});

describe('a number is a function of seed, stream and element', () => {
  test('whatever the length of the array and wherever it begins', () => {
    const long = draw(10_000);
    expect(draw(10)).toEqual(long.slice(0, 10));
    expect(draw(4097)).toEqual(long.slice(0, 4097));
    for (const first of [1, 2047, 2048, 5001]) {
      expect(draw(3000, { first })).toEqual(long.slice(first, first + 3000));
    }
  });

  test.each([2 ** 32, 2 ** 33, 2 ** 40])('beyond element %d too', (border) => {
    const across = draw(10_000, { first: border - 5000 });
    expect(draw(5000, { first: border })).toEqual(across.slice(5000));
    expect(draw(5000)).not.toEqual(across.slice(5000));
    // No two numbers of 10,000 are the same by chance but with a probability of 1 in 10.
    expect(new Set([...across, ...draw(10_000)]).size).toBeGreaterThan(19_990);
  });

  test('all bits of the seed and of the stream count', () => {
    const places = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
    const starts = places.flatMap((seed) => places.map((stream) => draw(4, { seed, stream }).join()));
    expect(new Set(starts).size).toBe(places.length ** 2);
  });

  test('with the same bits on every machine', () => {
    const values = draw(COUNT, { seed: 1, stream: 2 });
    // Of Threefry and of scipy's normal quantile, in Python; the last two are in the tails.
    expect([0, 1, 2, 3, 4, 5, 42_469, 48_548].map((element) => values[element])).toEqual(
      [2.2756555, 1.996593, -2.5711772, -0.6324303, -0.11105704, -0.4503833, 4.2642436, -4.1931653].map(
        Math.fround,
      ),
    );
    const words = new Int32Array(values.buffer);
    expect(words.reduce((hash, word) => Math.imul(hash ^ word, 16_777_619), 0)).toBe(-1_950_287_586);
  });
});

test('uniform numbers fill [0, 1) evenly and do not follow their neighbours', () => {
  const draws = Array.from({ length: 10_000 }, (_, counter) => uniformAt(3, 1, counter));
  const bins = new Array<number>(10).fill(0);
  let correlation = 0;
  for (const [index, draw] of draws.entries()) {
    bins[Math.floor(draw * 10)]!++;
    correlation += (draw - 0.5) * ((draws[index + 1] ?? 0.5) - 0.5) * 12;
  }
  // A bin's standard deviation is 30; the correlation's is 0.01.
  expect(Math.max(...bins.map((count) => Math.abs(count - 1000)))).toBeLessThan(150);
  expect(Math.abs(correlation / draws.length)).toBeLessThan(0.05);
});
