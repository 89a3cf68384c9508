/**
 * Tracing: ordinary functions over symbolic tensors write a program.
 *
 *     const program = trace({ x: f32(T, C), w: f32(C, C) }, ({ x, w }) => ({ y: matmul(x, w) }));
 *
 * Tracing is synchronous, so "the trace being written" is one variable and operations need no context
 * argument.
 */
import { eliminateDeadCode } from './eliminate-dead-code.js';
import type { Operation } from './operation.js';
import { formatShape, sizeOf } from './shape.js';
import { ShapeError, TensorError } from './tensor-error.js';
import type {
  Attributes,
  BlockMark,
  DType,
  Instruction,
  Program,
  Shape,
  TensorType,
  ValueId,
} from './types.js';

/** A value of a program that is being written. */
export interface Tensor extends TensorType {
  readonly id: ValueId;
  readonly trace: Trace;
}

export class Trace {
  readonly values: TensorType[] = [];
  readonly inputs: Record<string, ValueId> = {};
  readonly constants = new Map<ValueId, Float32Array | Int32Array>();
  readonly instructions: Instruction[] = [];
  /** Goes to every instruction that is written now. */
  mark: BlockMark | undefined;
  #blocks = 0;

  /** Number of a new block. */
  newBlock(): number {
    return this.#blocks++;
  }

  tensor(type: TensorType): Tensor {
    if (!type.shape.every((length) => Number.isInteger(length) && length > 0)) {
      throw new ShapeError(`trace: expected whole lengths of at least 1, got ${formatShape(type.shape)}`);
    }
    this.values.push({ dtype: type.dtype, shape: [...type.shape] });
    return { dtype: type.dtype, shape: type.shape, id: this.values.length - 1, trace: this };
  }

  /** The tensor of a value already written. */
  at(id: ValueId): Tensor {
    return { ...this.values[id]!, id, trace: this };
  }

  input(name: string, type: TensorType): Tensor {
    const tensor = this.tensor(type);
    this.inputs[name] = tensor.id;
    return tensor;
  }

  constant(data: Float32Array | Int32Array, type: TensorType): Tensor {
    const tensor = this.tensor(type);
    this.constants.set(tensor.id, data);
    return tensor;
  }

  finish(outputs: Readonly<Record<string, Tensor>>): Program {
    const ids: Record<string, ValueId> = {};
    for (const [name, tensor] of Object.entries(outputs)) {
      if (tensor.trace !== this) {
        throw new TensorError(
          `trace: output "${name}" belongs to another trace; return only tensors made in this one`,
        );
      }
      ids[name] = tensor.id;
    }
    const { values, inputs, constants, instructions } = this;
    return { values, inputs, constants, instructions, outputs: ids };
  }
}

let current: Trace | undefined;

/** Runs `write` with `into` as the trace that operations write to. */
export function withTrace<R>(into: Trace, write: () => R): R {
  const previous = current;
  current = into;
  try {
    return write();
  } finally {
    current = previous;
  }
}

/**
 * What `body` writes is one block: `checkpointBlocks` keeps its inputs and its results for the backward pass, and
 * computes what lies between a second time.
 */
export function block<R>(body: () => R): R {
  return withMark({ index: currentTrace('block').newBlock(), pass: 'forward' }, body);
}

/** Runs `write` with a mark for the instructions it writes. */
export function withMark<R>(mark: BlockMark | undefined, write: () => R): R {
  const into = currentTrace('block');
  const previous = into.mark;
  into.mark = mark;
  try {
    return write();
  } finally {
    into.mark = previous;
  }
}

/** Marks of another program's blocks, as blocks of the trace being written. */
export function blocksOfReplay(): (mark: BlockMark | undefined) => BlockMark | undefined {
  const into = currentTrace('replay');
  const numbers = new Map<number, number>();
  return (mark) => {
    if (mark === undefined) {
      return into.mark;
    }
    const index = numbers.get(mark.index) ?? into.newBlock();
    numbers.set(mark.index, index);
    return { ...mark, index };
  };
}

function currentTrace(operation: string): Trace {
  if (current === undefined) {
    throw new TensorError(
      `${operation}: called outside trace(); operations only write programs, see Backend to run one`,
    );
  }
  return current;
}

/** Type of an f32 input: `f32(B, T, C)`. */
export function f32(...shape: number[]): TensorType {
  return { dtype: 'f32', shape };
}

/** Type of an i32 input: `i32(B, T)`. */
export function i32(...shape: number[]): TensorType {
  return { dtype: 'i32', shape };
}

/**
 * Writes a program by calling `body` once with symbolic inputs.
 * Nothing is computed; shapes are checked as the operations are called. What no output depends on is left out.
 */
export function trace<I extends Readonly<Record<string, TensorType>>>(
  inputs: I,
  body: (inputs: { readonly [K in keyof I]: Tensor }) => Readonly<Record<string, Tensor>>,
): Program {
  const writing = new Trace();
  return withTrace(writing, () => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, type]) => [name, writing.input(name, type)]),
    ) as { readonly [K in keyof I]: Tensor };
    return eliminateDeadCode(writing.finish(body(tensors)));
  });
}

/** A value known now: a number (scalar) or an array with its shape. */
export function constant(data: number | Float32Array | Int32Array, shape?: Shape): Tensor {
  const array = typeof data === 'number' ? new Float32Array([data]) : data;
  const dtype: DType = array instanceof Int32Array ? 'i32' : 'f32';
  const actual = shape ?? (typeof data === 'number' ? [] : [array.length]);
  if (sizeOf(actual) !== array.length) {
    throw new ShapeError(`constant: ${array.length} elements do not fill shape ${formatShape(actual)}`);
  }
  return currentTrace('constant').constant(array, { dtype, shape: actual });
}

/** Whether a tensor is a constant that holds only the number 1. */
export function isOne(tensor: Tensor): boolean {
  const data = tensor.trace.constants.get(tensor.id);
  return data?.length === 1 && data[0] === 1;
}

/** Appends one operation to the trace being written and returns its results. */
export function emit<A extends Attributes>(
  operation: Operation<A>,
  inputs: readonly Tensor[],
  attributes: A,
): readonly Tensor[] {
  const into = currentTrace(operation.name);
  for (const input of inputs) {
    if (input.trace !== into) {
      throw new TensorError(
        `${operation.name}: an input belongs to another trace; pass it in as an input of this one`,
      );
    }
  }
  const outputs = operation.outputTypes(inputs, attributes).map((type) => into.tensor(type));
  into.instructions.push({
    operation: operation.name,
    inputs: inputs.map((input) => input.id),
    outputs: outputs.map((output) => output.id),
    attributes,
    ...(into.mark !== undefined && { block: into.mark }),
  });
  return outputs;
}
