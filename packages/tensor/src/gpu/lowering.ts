import type { Attributes, Shape, TensorType } from '../types.js';
import type { GpuMode } from './gpu-js.js';
import type { FourKernel, Kernel, KernelSize } from './kernel.js';
import type { Product } from './product.js';

/** A value while a program runs: one flat array, computed once. */
export type Slot = number;

/** What an operation's lowering is given. */
export interface LoweringCall<A extends Attributes = Attributes> {
  readonly inputs: readonly Slot[];
  readonly inputTypes: readonly TensorType[];
  readonly outputTypes: readonly TensorType[];
  readonly attributes: A;
  /** What the kernels will run on, where that decides which are best. */
  readonly mode: GpuMode;
  /** Which outputs anything reads; a lowering computes no other. */
  readonly wanted: readonly boolean[];
  /** Appends one kernel call and returns its result. */
  run<C extends string>(
    kernel: Kernel<C>,
    arrays: readonly Slot[],
    size: KernelSize,
    constants: Readonly<Record<C, number>>,
  ): Slot;
  /** The same for a kernel of four numbers a cell. On a GPU no other kernel can read its result. */
  runFour<C extends string>(
    kernel: FourKernel<C>,
    arrays: readonly Slot[],
    size: KernelSize,
    constants: Readonly<Record<C, number>>,
  ): Slot;
  /** Appends one matrix product, where the mode has one of its own that is no gpu.js kernel. */
  readonly multiply?: (a: Slot, b: Slot, product: Product) => Slot;
}

/** Writes one operation as kernel calls; one result per output, undefined where it is not wanted. */
export type Lowering<A extends Attributes = Attributes> = (
  call: LoweringCall<A>,
) => readonly (Slot | undefined)[];

/** Rows and width of a tensor seen as a matrix whose rows run along the last axis. */
export function rowsAndWidth(shape: Shape): { rows: number; width: number } {
  const width = shape.at(-1) ?? 1;
  return { rows: shape.slice(0, -1).reduce((product, length) => product * length, 1), width };
}
