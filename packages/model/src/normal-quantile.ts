/**
 * The quantile function of the normal distribution as a table of polynomials, made and read with additions,
 * multiplications and divisions of float64 alone. These are exactly rounded, so the results are the same bits on every
 * machine, which `Math.log` and `Math.cos` do not promise.
 *
 * With Q the upper tail's probability and x its quantile, x' = dx/dQ = -1 / density(x), which gives x'' = x (x')^2:
 * all Taylor coefficients follow from x and x' at one place. The table starts in the far tail, where both are known, and
 * goes up to Q = 1/2; in this direction errors shrink.
 * @see Steinbrecher and Shaw, 2008, "Quantile mechanics"
 */

/** Probabilities are divided into octaves [2^-k-1, 2^-k), and each of them into as many equal segments. */
const SEGMENTS = 32;

/** The smallest probability is 2^-65: 9.2 standard deviations. */
const OCTAVES = 64;

/** Of the polynomials: differs from the quantile by at most 1e-10, where float32 has steps of 1e-7. */
const DEGREE = 4;

/** A row of the table: centre of the segment, then the coefficients by the distance from it, lowest first. */
const ROW = DEGREE + 2;

/** The quantile of 2^-65, and its derivative times 2^-65: 40 digits with mpmath, rounded. */
const TAIL_QUANTILE = 9.155293772686072;
const TAIL_SLOPE = -0.10796737605030977;

/** Terms of the series that carry the quantile from segment to segment; the next one would be below 1e-18. */
const TERMS = 11;

let table: Float64Array | undefined;

/**
 * Rows by octave, counted down from [1/4, 1/2), and segment. Probabilities are in units of 2^-32.
 * Made when first asked for: 3 ms, 100 KB.
 */
export function normalQuantileTable(): Float64Array {
  table ??= makeTable();
  return table;
}

/**
 * The quantile of an upper tail: 0 for a probability of 1/2, 9.2 for the smallest.
 * @param rows `normalQuantileTable()`
 * @param units the probability in units of 2^-32, in [2^-33, 2^31)
 */
export function normalQuantile(rows: Float64Array, units: number): number {
  let shift = 0;
  let leading = units;
  while (leading < 2 ** 31) {
    leading *= 2;
    shift += 1;
  }
  return shiftedQuantile(rows, units, shift, leading);
}

/**
 * The same for a caller that has an integer at hand.
 * @param shift how often `units` can be doubled until it is at least 2^31
 * @param leading `units` doubled so often, as a 32-bit integer; what a fraction would add does not count
 */
export function shiftedQuantile(rows: Float64Array, units: number, shift: number, leading: number): number {
  const row = ROW * (SEGMENTS * (shift - 1) + ((leading << 1) >>> 27)); // the five bits after the leading one
  const t = units - rows[row]!;
  return (
    rows[row + 1]! + t * (rows[row + 2]! + t * (rows[row + 3]! + t * (rows[row + 4]! + t * rows[row + 5]!)))
  );
}

function makeTable(): Float64Array {
  const rows = new Float64Array(OCTAVES * SEGMENTS * ROW);
  // Within an octave by s in [1, 2), the probability divided by the octave's lowest, so that no power of it overflows.
  let quantile = TAIL_QUANTILE;
  let slope = TAIL_SLOPE;
  for (let shift = OCTAVES; shift > 0; shift--) {
    const lowest = 2 ** (31 - shift); // units of 2^-32
    for (let segment = 0; segment < SEGMENTS; segment++) {
      const row = ROW * (SEGMENTS * (shift - 1) + segment);
      const toCentre = taylorSeries(quantile, slope);
      const half = 0.5 / SEGMENTS;
      const fromCentre = taylorSeries(valueAt(toCentre, half), slopeAt(toCentre, half));
      rows[row] = lowest * (1 + (segment + 0.5) / SEGMENTS);
      for (let power = 0; power <= DEGREE; power++) {
        rows[row + 1 + power] = fromCentre[power]! / lowest ** power;
      }
      quantile = valueAt(fromCentre, half);
      slope = slopeAt(fromCentre, half);
    }
    slope *= 2; // s = 2 is s = 1 of the next octave
  }
  return rows;
}

/** Coefficients of the solution of x'' = x (x')^2, lowest first. */
function taylorSeries(x: number, slope: number): number[] {
  const series = [x, slope];
  const slopes = [slope]; // of x'
  const squares: number[] = []; // of (x')^2
  for (let n = 0; series.length < TERMS; n++) {
    squares.push(productTerm(slopes, slopes, n));
    const next = productTerm(series, squares, n) / ((n + 1) * (n + 2));
    series.push(next);
    slopes.push((n + 2) * next);
  }
  return series;
}

/** The n-th coefficient of the product of two series. */
function productTerm(a: readonly number[], b: readonly number[], n: number): number {
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    sum += a[i]! * b[n - i]!;
  }
  return sum;
}

function valueAt(series: readonly number[], t: number): number {
  return series.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
}

function slopeAt(series: readonly number[], t: number): number {
  return series.slice(1).reduceRight((sum, coefficient, n) => sum * t + (n + 1) * coefficient, 0);
}
