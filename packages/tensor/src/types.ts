/**
 * A program: a flat list of operations in single-assignment form over typed values with static shapes.
 * It is plain data. `trace` makes it, transforms (`grad`) rewrite it, backends compile it.
 */

/** Element types. i32 holds indices (token ids, positions); backends may store it as exact floats. */
export type DType = 'f32' | 'i32';

/** Sizes, outermost first. A scalar has the empty shape. Row-major everywhere. */
export type Shape = readonly number[];

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Index into `Program.values`. */
export type ValueId = number;

/** Output slot that nothing reads: the backend must not spend time or memory on it. */
export const UNUSED: ValueId = -1;

export type Attribute = number | boolean | string | readonly number[] | undefined;
export type Attributes = Readonly<Record<string, Attribute>>;

/** A part of the program that `checkpointBlocks` may compute twice: the layer of a model. */
export interface BlockMark {
  /** Number of the block, of its own in the program. */
  readonly index: number;
  /** `grad` marks what it writes for an instruction of a block. */
  readonly pass: 'forward' | 'backward';
}

export interface Instruction {
  /** Key into the table of operations (`ops/index.ts`). */
  readonly operation: string;
  readonly inputs: readonly ValueId[];
  /** One per result of the operation; UNUSED where dead. */
  readonly outputs: readonly ValueId[];
  readonly attributes: Attributes;
  /** The block in which it was written, if any; see `block`. Without meaning to a backend. */
  readonly block?: BlockMark | undefined;
}

export type NumericArray = Float32Array | Int32Array | Float64Array;

export interface Program {
  /** Type of every value, by id. */
  readonly values: readonly TensorType[];
  /** Named inputs, in the order in which they were declared. */
  readonly inputs: Readonly<Record<string, ValueId>>;
  /** Values known when the program is built. */
  readonly constants: ReadonlyMap<ValueId, Float32Array | Int32Array>;
  /** In an order in which every input is computed before it is read. */
  readonly instructions: readonly Instruction[];
  readonly outputs: Readonly<Record<string, ValueId>>;
}
