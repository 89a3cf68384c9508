import type { CompiledKernel, Handle } from './gpu-js.js';
import type { Product } from './product.js';

/** Where a mode keeps values between kernels. */
export interface Memory {
  /** The backend's name, for errors. */
  readonly name: string;
  /** Which device it is. */
  readonly description: string;
  /** Takes a copy. */
  upload(data: Float32Array): Promise<Handle>;
  /** A copy of `length` numbers on the host. */
  read(handle: Handle, length: number): Promise<Float32Array>;
  /** Lets a new kernel put its results where this memory wants them. */
  attach?(kernel: CompiledKernel): void;
  /** Turns what a kernel returned into a handle that this memory owns. */
  adopt(result: unknown, kernel: CompiledKernel): Handle;
  /** The memory's own matrix product, where plans for its mode have any. */
  multiply?(a: Handle, b: Handle, product: Product): Promise<Handle>;
  release(handle: Handle): void;
  /** Called after each run of a program. */
  endRun?(): void;
  dispose(): Promise<void>;
}

/** Rows, planes of rows, and one array more where a cell has several numbers. */
type Nested = Float32Array | readonly Nested[];

/** Row-major numbers of what gpu.js returns for one, two or three dimensions. */
export function flatten(result: unknown): Float32Array {
  if (result instanceof Float32Array) {
    return result;
  }
  const rows = (result as Nested[]).flat(2) as Float32Array[];
  const width = rows[0]!.length;
  const { buffer, byteOffset } = rows[0]!;
  // On WebAssembly the rows are views of one array that holds nothing else.
  if (buffer.byteLength - byteOffset === rows.length * width * 4 && rows.at(-1)!.buffer === buffer) {
    return new Float32Array(buffer, byteOffset, rows.length * width);
  }
  const flat = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    flat.set(row, i * width);
  }
  return flat;
}

/** Values of the WebAssembly and cpu modes: typed arrays that nobody writes to once they are made. */
export function hostMemory(name: string, description: string): Memory {
  return {
    name,
    description,
    upload: async (data) => data.slice(),
    read: async (handle) => (handle as Float32Array).slice(),
    adopt: (result) => flatten(result),
    release() {},
    async dispose() {},
  };
}
