import { BackendError } from '../tensor-error.js';
import { bufferPool } from './buffer-pool.js';
import { bufferUsage } from './buffer-usage.js';
import { commandRecorder } from './command-recorder.js';
import { describeInfo } from './describe-adapter.js';
import type { CompiledKernel, CountedBuffer, DeviceValue, GpuJs, Handle } from './gpu-js.js';
import type { Memory } from './memory.js';
import { tiledMatmul } from './tiled-matmul.js';

/** The specification's value of `GPUMapMode.READ`. */
const READ = 0x01;

/** Backends that use the one shared device; the last one to go destroys it. */
let users = 0;

/**
 * Values in buffers of gpu.js's WebGPU device. Kernels and products are recorded and submitted together; the
 * buffer of a value that is dropped holds a later one.
 * @throws {BackendError} if there is no WebGPU here or no adapter
 */
export async function webGpuMemory(gpuJs: GpuJs): Promise<Memory> {
  const context = await gpuJs.WebGPUContext.acquire().catch((cause: unknown) => {
    throw new BackendError(
      `gpu.js webgpu: no device; ${(cause as Error).message} In Node, call installWebGpu() of @sftkit/tensor/node first`,
      { cause },
    );
  });
  users++;
  const { device } = context;
  const adapter = describeInfo(context.adapter.info);

  // Errors of binding and memory arrive here alone, while the kernels' results are silently wrong.
  let failure: string | undefined;
  device.onuncapturederror = ({ error }) => {
    failure ??= error.message;
  };
  void device.lost.then(({ reason, message }) => {
    failure ??= reason === 'destroyed' ? 'the device was disposed' : `the device was lost: ${message}`;
  });

  const checkSize = (bytes: number) => {
    const most = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
    if (bytes > most) {
      throw new BackendError(
        `gpu.js webgpu: a value of ${bytes} bytes is larger than this device allows (${most}); use fewer rows or another backend`,
      );
    }
  };

  const pool = bufferPool(device);
  const recorder = commandRecorder(device, pool);
  const multiply = tiledMatmul(device, pool, recorder);
  let disposed = false;

  const handleOf = (buffer: CountedBuffer, length: number) =>
    new gpuJs.WebGPUBufferResult({ buffer, output: [length], componentCount: 1, context, kernel: null });
  const bufferOf = (handle: Handle) => (handle as DeviceValue & { readonly buffer: CountedBuffer }).buffer;

  return {
    name: 'gpu.js webgpu',
    description: adapter.text,

    async upload(data) {
      checkSize(data.byteLength);
      const buffer = pool.take(data.byteLength);
      // Recorded commands may still read what was in it.
      recorder.flush();
      device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>);
      return handleOf(buffer, data.length);
    },

    async read(handle, length) {
      const bytes = length * 4;
      const usage = bufferUsage.mapRead | bufferUsage.copyDestination;
      const staging = device.createBuffer({ size: bytes, usage });
      try {
        recorder.flush();
        const encoder = device.createCommandEncoder();
        encoder.copyBufferToBuffer(bufferOf(handle), 0, staging, 0, bytes);
        device.queue.submit([encoder.finish()]);
        await staging.mapAsync(READ);
        if (failure !== undefined) {
          throw new Error(failure);
        }
        return new Float32Array(staging.getMappedRange().slice(0));
      } catch (cause) {
        const reason = failure ?? (cause as Error).message;
        throw new BackendError(
          `gpu.js webgpu: reading ${length} numbers from ${adapter.text} failed: ${reason}`,
          { cause },
        );
      } finally {
        staging.destroy();
      }
    },

    attach({ kernel }: CompiledKernel) {
      const run = kernel._runInternal!;
      kernel._runInternal = (snapshot) => {
        if (kernel._device !== recorder.kernelDevice) {
          // Just built, with a buffer of the real device that would be thrown away.
          kernel.outputBuffer?.destroy();
          kernel._device = recorder.kernelDevice;
        }
        // gpu.js asks the device for a buffer where there is none, and would release one that is there.
        kernel.outputBuffer = null;
        return run.call(kernel, snapshot);
      };
    },

    adopt(result, { kernel }: CompiledKernel): Handle {
      kernel.outputBuffer = null;
      return result as DeviceValue;
    },

    async multiply(a, b, product) {
      const { m, n, inner, stack } = product;
      const length = stack * m * n;
      checkSize(4 * length);
      try {
        return handleOf(await multiply(bufferOf(a), bufferOf(b), product), length);
      } catch (cause) {
        throw new BackendError(
          `gpu.js webgpu: product of ${stack} x (${m}, ${inner}) and (${inner}, ${n}) failed: ${(cause as Error).message}`,
          { cause },
        );
      }
    },

    release(handle) {
      (handle as DeviceValue).delete();
      if (disposed) {
        bufferOf(handle).destroy();
      } else {
        pool.give(bufferOf(handle));
      }
    },

    endRun() {
      recorder.flush();
      pool.age();
    },

    async dispose() {
      disposed = true;
      recorder.flush();
      pool.clear();
      users--;
      if (users === 0) {
        await gpuJs.WebGPUContext.destroy();
      }
    },
  };
}
