import type { ReferenceCall } from '../operation.js';
import { broadcastStrides } from '../shape.js';
import type { Attributes } from '../types.js';
import { readStrided } from './read-strided.js';

/** Reference of an operation on two broadcast tensors. */
export function combineElements(
  { inputs: [a, b], inputTypes: [typeA, typeB], outputTypes: [type] }: ReferenceCall<Attributes>,
  combine: (a: number, b: number) => number,
): Float64Array[] {
  const { shape } = type!;
  const left = readStrided(a!, shape, broadcastStrides(typeA!.shape, shape));
  const right = readStrided(b!, shape, broadcastStrides(typeB!.shape, shape));
  return [left.map((value, i) => combine(value, right[i]!))];
}
