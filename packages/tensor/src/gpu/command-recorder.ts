/**
 * Many kernels in one command buffer. gpu.js submits one for each kernel; here its kernels get a device that
 * records into the pass that everything else records into, and the pass is submitted when its results are
 * wanted.
 */
import type { BufferPool } from './buffer-pool.js';

/** A GPU gets to work while the rest of a step is still being recorded, and no submission lasts seconds. */
const MOST_DISPATCHES = 128;

export interface CommandRecorder {
  /** The pass to record one dispatch into. Its dispatches run one after the other. */
  pass(): GPUComputePassEncoder;
  /** Submits what is recorded. Call it before writing to a buffer that recorded commands may read. */
  flush(): void;
  /**
   * What gpu.js needs of a device to run a built kernel: commands go to the recorder, results into the pool.
   * A kernel's parameters are still written at once, ahead of recorded commands; they are the same in each run
   * of a kernel, because kernels are made per size.
   */
  readonly kernelDevice: object;
}

export function commandRecorder(device: GPUDevice, pool: BufferPool): CommandRecorder {
  let encoder: GPUCommandEncoder | undefined;
  let current: GPUComputePassEncoder | undefined;
  let dispatches = 0;

  const flush = () => {
    if (encoder !== undefined) {
      current!.end();
      device.queue.submit([encoder.finish()]);
      encoder = undefined;
      dispatches = 0;
    }
  };

  const pass = () => {
    if (dispatches === MOST_DISPATCHES) {
      flush();
    }
    if (encoder === undefined) {
      encoder = device.createCommandEncoder();
      current = encoder.beginComputePass();
    }
    dispatches++;
    return current!;
  };

  const kernelDevice = {
    limits: device.limits,
    createBuffer: ({ size }: { readonly size: number }) => pool.take(size),
    createBindGroup: (descriptor: GPUBindGroupDescriptor) => device.createBindGroup(descriptor),
    createCommandEncoder: () => ({
      beginComputePass() {
        const recorded = pass();
        return {
          setPipeline: (pipeline: GPUComputePipeline) => recorded.setPipeline(pipeline),
          setBindGroup: (index: number, group: GPUBindGroup) => recorded.setBindGroup(index, group),
          dispatchWorkgroups: (x: number, y: number, z: number) => recorded.dispatchWorkgroups(x, y, z),
          end() {},
        };
      },
      finish() {},
    }),
    queue: {
      writeBuffer: (buffer: GPUBuffer, offset: number, data: ArrayBuffer) =>
        device.queue.writeBuffer(buffer, offset, data),
      submit() {},
    },
  };

  return { pass, flush, kernelDevice };
}
