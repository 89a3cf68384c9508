/** Python's `range`, with numbers of any size. */
import type { Budget } from './budget.js';
import { sliceIndices } from './iterate.js';
import { PythonError } from './python-error.js';
import { type Bounds, integer, Sequence } from './values.js';

/** The limit of Jinja's sandbox. */
const MAX_RANGE = 100_000;

/** @throws {PythonError} if it is too long */
export function makeRange(bounds: Bounds, budget: Budget): Sequence {
  const [first, last, by] = bounds;
  if (isSmall(first) && isSmall(last) && isSmall(by)) return smallRange(first, last, by, budget);
  const [start, stop, step] = bounds.map(BigInt) as [bigint, bigint, bigint];
  if (step === 0n) throw new PythonError('ValueError', 'range() arg 3 must not be zero');
  const distance = step > 0n ? stop - start : start - stop;
  const stride = step > 0n ? step : -step;
  const length = distance > 0n ? (distance + stride - 1n) / stride : 0n;
  checkLength(length, budget);
  const items: (number | bigint)[] = [];
  for (let at = start, left = length; left > 0n; at += step, left -= 1n) items.push(integer(at));
  return new Sequence(items, 'range', undefined, [integer(start), integer(stop), integer(step)]);
}

/** Numbers whose sums and products with any index are exact. */
function isSmall(bound: number | bigint): bound is number {
  return typeof bound === 'number' && Math.abs(bound) < 2 ** 31;
}

function smallRange(start: number, stop: number, step: number, budget: Budget): Sequence {
  if (step === 0) throw new PythonError('ValueError', 'range() arg 3 must not be zero');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  checkLength(length, budget);
  const items = new Array<number>(length);
  for (let index = 0; index < length; index++) items[index] = start + index * step;
  return new Sequence(items, 'range', undefined, [start, stop, step]);
}

function checkLength(length: number | bigint, budget: Budget): void {
  if (length > MAX_RANGE) {
    throw new PythonError(
      'OverflowError',
      `Range too big. The sandbox blocks ranges larger than MAX_RANGE (${MAX_RANGE}).`,
    );
  }
  budget.items(Number(length));
}

/** A slice of a range is a range. */
export function sliceOfRange(
  range: Sequence,
  from: number | undefined,
  to: number | undefined,
  by: number,
  budget: Budget,
): Sequence {
  const [start, , step] = range.bounds!.map(BigInt) as [bigint, bigint, bigint];
  const [first, last] = sliceIndices(from, to, by, range.items.length);
  const at = (index: number): bigint => start + BigInt(index) * step;
  return makeRange([at(first), at(last), BigInt(by) * step], budget);
}
