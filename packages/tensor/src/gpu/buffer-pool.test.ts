import { describe, expect, it } from 'vitest';
import { bufferPool } from './buffer-pool.js';

function fakeDevice() {
  const destroyed: number[] = [];
  let made = 0;
  const createBuffer = ({ size }: GPUBufferDescriptor) => {
    made++;
    return { size, destroy: () => destroyed.push(size) } as unknown as GPUBuffer;
  };
  return { createBuffer, destroyed, made: () => made };
}

describe('bufferPool', () => {
  it('hands out a buffer that was given back, to its own size alone', () => {
    const device = fakeDevice();
    const pool = bufferPool(device);
    const first = pool.take(8);
    expect(pool.take(8)).not.toBe(first);
    pool.give(first);
    expect(pool.take(16)).not.toBe(first);
    expect(pool.take(8)).toBe(first);
    expect(device.made()).toBe(3);
  });

  it('destroys what eight runs did not use, and nothing that they did', () => {
    const device = fakeDevice();
    const pool = bufferPool(device);
    pool.give(pool.take(8));
    pool.give(pool.take(16));
    for (let run = 1; run <= 8; run++) {
      expect(device.destroyed).toEqual([]);
      pool.give(pool.take(16));
      pool.age();
    }
    expect(device.destroyed).toEqual([8]);
    pool.take(16);
    expect(device.made()).toBe(2);
  });

  it('is cleared of free buffers, not of those in use', () => {
    const device = fakeDevice();
    const pool = bufferPool(device);
    pool.take(8);
    pool.give(pool.take(16));
    pool.clear();
    expect(device.destroyed).toEqual([16]);
  });
});
