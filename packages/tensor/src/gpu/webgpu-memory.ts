import { BackendError } from '../tensor-error.js';
import { describeInfo } from './describe-adapter.js';
import { type CompiledKernel, type CountedBuffer, type DeviceValue, gpuJs, type Handle } from './gpu-js.js';
import type { Memory } from './memory.js';

// The specification's values of GPUBufferUsage and GPUMapMode, which are globals only where WebGPU is.
const STORAGE = 0x80;
const COPY_SRC = 0x04;
const COPY_DST = 0x08;
const MAP_READ = 0x01;

/** Backends that use the one shared device; the last one to go destroys it. */
let users = 0;

/**
 * Values in buffers of gpu.js's WebGPU device.
 * @throws {BackendError} if there is no WebGPU here or no adapter
 */
export async function webGpuMemory(): Promise<Memory> {
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

  return {
    name: 'gpu.js webgpu',
    description: adapter.text,

    async upload(data) {
      checkSize(data.byteLength);
      const buffer = device.createBuffer({ size: data.byteLength, usage: STORAGE | COPY_SRC | COPY_DST });
      device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>);
      const output = [data.length];
      return new gpuJs.WebGPUBufferResult({ buffer, output, componentCount: 1, context, kernel: null });
    },

    async read(handle, length) {
      const bytes = length * 4;
      const staging = device.createBuffer({ size: bytes, usage: MAP_READ | COPY_DST });
      try {
        const encoder = device.createCommandEncoder();
        const { buffer } = handle as DeviceValue & { readonly buffer: CountedBuffer };
        encoder.copyBufferToBuffer(buffer, 0, staging, 0, bytes);
        device.queue.submit([encoder.finish()]);
        await staging.mapAsync(1);
        if (failure !== undefined) {
          throw new Error(failure);
        }
        return new Float32Array(staging.getMappedRange().slice(0));
      } catch (cause) {
        const reason = failure ?? (cause as Error).message;
        throw new BackendError(
          `gpu.js webgpu: reading ${length} numbers from ${adapter.text} failed: ${reason}`,
          {
            cause,
          },
        );
      } finally {
        staging.destroy();
      }
    },

    adopt(result, { kernel }: CompiledKernel): Handle {
      // The kernel would keep its last result alive until its next run, a second copy of much of the program.
      const { outputBuffer } = kernel;
      if (outputBuffer?._refs !== undefined && outputBuffer._refs > 1) {
        outputBuffer._refs--;
        kernel.outputBuffer = null;
      }
      return result as DeviceValue;
    },

    release: (handle) => (handle as DeviceValue).delete(),

    async dispose() {
      users--;
      if (users === 0) {
        await gpuJs.WebGPUContext.destroy();
      }
    },
  };
}
