/**
 * What a gpu.js kernel function looks like to TypeScript.
 *
 * gpu.js reads the function's own source text, so a kernel closes over nothing, calls nothing but `Math`, and
 * declares no index that may pass 2^24 in a local: a `let` that starts from an integer becomes a 32-bit float
 * on a GPU. Indices are therefore written out where they are used, from `this.thread`, `this.constants` and
 * loop counters, which stay integers; a number read from an array goes through a local (gpu.js's WebGL cannot
 * index by an element of an array directly) and `| 0`.
 */

/** One argument or result: a flat, row-major array of float32 that lives wherever the mode keeps it. */
export interface Values {
  readonly [index: number]: number;
}

/** `this` inside a kernel: the cell that is being computed, and numbers fixed when the kernel is compiled. */
export interface KernelThis<C extends string = never> {
  readonly thread: { readonly x: number; readonly y: number; readonly z: number };
  readonly constants: Readonly<Record<C, number>>;
}

/** Computes one cell of its output from whole arrays. */
export type Kernel<C extends string = never> = (this: KernelThis<C>, ...arrays: Values[]) => number;

/** What a kernel returns that computes four numbers a cell; they lie side by side. gpu.js: Array(4). */
export type FourNumbers = [number, number, number, number];

export type FourKernel<C extends string = never> = (this: KernelThis<C>, ...arrays: Values[]) => FourNumbers;

/** Cells along x (innermost), y and z. */
export type KernelSize = readonly [x: number, y?: number, z?: number];

/** A kernel with everything that is fixed before it runs. */
export interface KernelSource {
  /** Its text is what gpu.js compiles. */
  readonly body: Kernel<string> | FourKernel<string>;
  readonly size: KernelSize;
  /** Whole numbers become integers in the kernel, others floats. */
  readonly constants: Readonly<Record<string, number>>;
  /** Enough work for several threads, where a mode has them. */
  readonly isHeavy: boolean;
}

/** Number of cells. */
export function cellsOf([x, y = 1, z = 1]: KernelSize): number {
  return x * y * z;
}
