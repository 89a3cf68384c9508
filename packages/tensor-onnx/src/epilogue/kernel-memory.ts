/**
 * Arrays in the memory of AdamW's kernel, which then updates them where they lie: what is outside has to be copied in and
 * out, and takes twice as long. ONNX Runtime reads and writes them like any others.
 */
import { type AdamWKernel, adamWKernel, MOST_ROOM_BYTES } from './adam-w-kernel.js';

const kernels = new WeakMap<ArrayBufferLike, AdamWKernel>();

/** The kernel in whose memory an array lies, if it lies in one. Arrays of a kernel's memory do not overlap. */
export function kernelAround({ buffer }: { readonly buffer: ArrayBufferLike }): AdamWKernel | undefined {
  return kernels.get(buffer);
}

/**
 * Arrays of zeros. Those of a group lie in the memory of one kernel; a group that no kernel's memory can hold has
 * memory of its own.
 * @param groups elements of each array
 * @returns arrays of those sizes, in the same groups
 */
export function allocateGroups(groups: readonly (readonly number[])[]): Float32Array[][] {
  const arrays: Float32Array[][] = [];
  let together: (readonly number[])[] = [];
  const allocate = () => {
    arrays.push(...allocateTogether(together));
    together = [];
  };
  for (const group of groups) {
    if (together.length > 0 && bytesOf([...together, group].flat()) > MOST_ROOM_BYTES) {
      allocate();
    }
    together.push(group);
  }
  allocate();
  return arrays;
}

function allocateTogether(groups: readonly (readonly number[])[]): Float32Array[][] {
  const kernel = kernelWithRoom(bytesOf(groups.flat()));
  if (kernel === undefined) {
    return groups.map((group) => group.map((size) => new Float32Array(size)));
  }
  let place = kernel.room;
  return groups.map((group) =>
    group.map((size) => {
      const array = new Float32Array(kernel.memory, place, size);
      place += bytesOf([size]);
      return array;
    }),
  );
}

/** @returns undefined if the host does not give that much in one piece */
function kernelWithRoom(bytes: number): AdamWKernel | undefined {
  if (bytes > MOST_ROOM_BYTES) {
    return undefined;
  }
  try {
    const kernel = adamWKernel(bytes);
    kernels.set(kernel.memory, kernel);
    return kernel;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Whole lines of the cache, which are whole vectors of the kernel as well. */
function bytesOf(sizes: readonly number[]): number {
  return sizes.reduce((bytes, size) => bytes + 64 * Math.ceil(size / 16), 0);
}
