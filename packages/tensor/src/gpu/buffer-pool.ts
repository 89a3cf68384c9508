import { bufferUsage } from './buffer-usage.js';
import type { CountedBuffer } from './gpu-js.js';

/** A value is computed and read by kernels, uploaded, and read back. */
const USAGE = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyDestination;

/** Runs for which an unused buffer is kept: more than the programs that take turns in one training step. */
const KEPT_RUNS = 8;

/**
 * Buffers on a device, used again by size. A step asks for the same sizes in the same order each time, so from
 * the second step on none is made, and the device clears none.
 */
export interface BufferPool {
  /** A buffer of exactly `bytes`, with whatever was in it before. */
  take(bytes: number): CountedBuffer;
  give(buffer: CountedBuffer): void;
  /** Ends a run: destroys what was not used for several. No recorded command may use a free buffer any more. */
  age(): void;
  /** Destroys the free buffers. */
  clear(): void;
}

interface FreeBuffer {
  readonly buffer: CountedBuffer;
  readonly since: number;
}

export function bufferPool(device: Pick<GPUDevice, 'createBuffer'>): BufferPool {
  /** By size; the last one given is the first one taken, so the oldest lie in front. */
  const free = new Map<number, FreeBuffer[]>();
  let run = 0;

  const destroyUntil = (newest: number) => {
    for (const [bytes, buffers] of free) {
      const kept = buffers.filter(({ since }) => since > newest);
      for (const { buffer } of buffers.slice(0, buffers.length - kept.length)) {
        buffer.destroy();
      }
      if (kept.length === 0) {
        free.delete(bytes);
      } else {
        free.set(bytes, kept);
      }
    }
  };

  return {
    take(bytes) {
      const buffer: CountedBuffer =
        free.get(bytes)?.pop()?.buffer ?? device.createBuffer({ size: bytes, usage: USAGE });
      // gpu.js destroys a buffer when its last handle goes; the pool counts as one more.
      buffer._refs = 1;
      return buffer;
    },

    give(buffer) {
      const buffers = free.get(buffer.size) ?? [];
      buffers.push({ buffer, since: run });
      free.set(buffer.size, buffers);
    },

    age() {
      run++;
      destroyUntil(run - KEPT_RUNS);
    },

    clear() {
      destroyUntil(run);
    },
  };
}
