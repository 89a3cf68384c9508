/** Shapes of a graph's values, by the rules of the ONNX operators that lowerings write. */
import { broadcastShapes, type Shape, sizeOf } from '@sftkit/tensor';
import type { GraphModel, GraphNode, Initializer, NodeAttribute, Value } from '../graph/graph.js';

export interface ValueType {
  readonly shape: Shape;
  readonly bytesPerElement: number;
}

const BOOLEAN = 1;
const INT64 = 8;

/** Bytes of an element by the number of its type in ONNX. */
const BYTES_OF_TYPE: Readonly<Record<number, number>> = { 1: 4, 6: 4, 7: INT64, 9: BOOLEAN };

const COMPARISONS = new Set([
  'And',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Not',
  'Or',
]);

/** What a rule is told of its node. */
interface Call {
  readonly inputs: readonly ValueType[];
  readonly attributes: Readonly<Record<string, NodeAttribute>>;
  readonly numOutputs: number;
  /** The integers of an input that is an initializer: a shape, axes, bounds; undefined where there is none. */
  readonly integers: (input: number) => readonly number[] | undefined;
}

type Rule = (call: Call) => readonly ValueType[];

const withShape = (type: ValueType, shape: Shape): ValueType => ({ ...type, shape });

const RULES: Readonly<Record<string, Rule>> = {
  Cast: ({ inputs: [x], attributes: { to } }) => [
    { shape: x!.shape, bytesPerElement: BYTES_OF_TYPE[to as number] ?? 4 },
  ],
  Where: ({ inputs: [condition, x, y] }) => [withShape(x!, broadcast([condition!, x!, y!]))],
  RotaryEmbedding: ({ inputs: [x] }) => [x!],
  Reshape: ({ inputs: [x], integers }) => [withShape(x!, filledIn(integers(1)!, x!.shape))],
  Expand: ({ inputs: [x], integers }) => [withShape(x!, broadcastShapes('Expand', x!.shape, integers(1)!))],
  Transpose: ({ inputs: [x], attributes: { perm } }) => [
    withShape(
      x!,
      (perm as readonly number[]).map((axis) => x!.shape[axis]!),
    ),
  ],
  Slice: ({ inputs: [x], integers }) => {
    const axes = integers(3) ?? x!.shape.map((_, axis) => axis);
    const shape = [...x!.shape];
    for (const [i, axis] of axes.entries()) {
      shape[axis] = Math.min(integers(2)![i]!, shape[axis]!) - integers(1)![i]!;
    }
    return [withShape(x!, shape)];
  },
  Pad: ({ inputs: [x], integers }) => {
    const pads = integers(1)!;
    const rank = x!.shape.length;
    return [
      withShape(
        x!,
        x!.shape.map((length, axis) => length + pads[axis]! + pads[rank + axis]!),
      ),
    ];
  },
  Concat: ({ inputs, attributes: { axis } }) => {
    const total = inputs.reduce((sum, { shape }) => sum + shape.at(axis as number)!, 0);
    return [withShape(inputs[0]!, inputs[0]!.shape.with(axis as number, total))];
  },
  Split: ({ inputs: [x], attributes: { axis }, numOutputs, integers }) => {
    const even = x!.shape.at(axis as number)! / numOutputs;
    const lengths = integers(1) ?? new Array<number>(numOutputs).fill(even);
    return lengths.map((length) => withShape(x!, x!.shape.with(axis as number, length)));
  },
  Gather: ({ inputs: [table, indices], attributes: { axis = 0 } }) => [
    withShape(table!, table!.shape.toSpliced(axis as number, 1, ...indices!.shape)),
  ],
  GatherElements: ({ inputs: [table, indices] }) => [withShape(table!, indices!.shape)],
  ScatterElements: ({ inputs: [table] }) => [table!],
  TopK: ({ inputs: [x], attributes: { axis = -1 }, integers }) => {
    const shape = x!.shape.with(axis as number, integers(1)![0]!);
    return [withShape(x!, shape), { shape, bytesPerElement: INT64 }];
  },
  MatMul: product,
  FusedMatMul: product,
  Gemm: product,
  ReduceSum: reduced,
  ReduceSumSquare: reduced,
  ReduceMax: reduced,
  LayerNormalization: normalized,
  SimplifiedLayerNormalization: normalized,
  SequenceEmpty: () => [{ shape: [0], bytesPerElement: 0 }],
};

/** Type of every value of a graph. An operator without a rule of its own is taken to be one of elements. */
export function inferTypes(model: GraphModel, order: readonly GraphNode[]): Map<Value, ValueType> {
  const types = new Map<Value, ValueType>();
  const initializers = new Map(model.initializers.map((each) => [each.name, each]));
  for (const { name, data, shape } of model.initializers) {
    types.set(name, { shape, bytesPerElement: data.BYTES_PER_ELEMENT });
  }
  for (const { name, shape } of model.inputs) {
    types.set(name, { shape: shape.map(Number), bytesPerElement: 4 });
  }
  for (const { opType, inputs, outputs, attributes } of order) {
    const rule = RULES[opType] ?? (COMPARISONS.has(opType) ? comparison : elementwise);
    const results = rule({
      inputs: inputs.filter((value) => value !== '').map((value) => types.get(value)!),
      attributes,
      numOutputs: outputs.length,
      integers: (input) => integersOf(initializers.get(inputs[input] ?? '')),
    });
    for (const [slot, output] of outputs.entries()) {
      types.set(output, results[slot]!);
    }
  }
  return types;
}

export function bytesOf({ shape, bytesPerElement }: ValueType): number {
  return bytesPerElement * sizeOf(shape);
}

function integersOf(initializer: Initializer | undefined): readonly number[] | undefined {
  return initializer && Array.from(initializer.data, Number);
}

function broadcast(inputs: readonly ValueType[]): Shape {
  return inputs.map(({ shape }) => shape).reduce((a, b) => broadcastShapes('ONNX', a, b));
}

function elementwise({ inputs }: Call): ValueType[] {
  return [withShape(inputs[0]!, broadcast(inputs))];
}

function comparison({ inputs }: Call): ValueType[] {
  return [{ shape: broadcast(inputs), bytesPerElement: BOOLEAN }];
}

/** A length of -1 is what is left over. */
function filledIn(lengths: readonly number[], from: Shape): Shape {
  const known = lengths.filter((length) => length !== -1).reduce((a, b) => a * b, 1);
  return lengths.map((length) => (length === -1 ? sizeOf(from) / known : length));
}

function product({ inputs: [a, b], attributes: { transA = 0, transB = 0 } }: Call): ValueType[] {
  const rows = a!.shape.at(transA === 1 ? -1 : -2)!;
  const columns = b!.shape.at(transB === 1 ? -2 : -1)!;
  const stack = broadcastShapes('MatMul', a!.shape.slice(0, -2), b!.shape.slice(0, -2));
  return [withShape(a!, [...stack, rows, columns])];
}

function reduced({ inputs: [x], attributes: { keepdims = 1 }, integers }: Call): ValueType[] {
  const rank = x!.shape.length;
  const axes = new Set((integers(1) ?? x!.shape.map((_, axis) => axis)).map((axis) => (axis + rank) % rank));
  const shape = x!.shape.flatMap((length, axis) => (axes.has(axis) ? (keepdims === 1 ? [1] : []) : [length]));
  return [withShape(x!, shape)];
}

/** The second and third results hold one number a row. */
function normalized({ inputs: [x], numOutputs }: Call): ValueType[] {
  const row = withShape(x!, x!.shape.with(-1, 1));
  return [x!, ...Array.from({ length: numOutputs - 1 }, () => row)];
}
