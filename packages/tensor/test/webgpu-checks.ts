import type { Backend } from '../src/backend.js';
import { trainingSteps } from '../src/conformance/index.js';
import { bufferUsage } from '../src/gpu/buffer-usage.js';
import { loadGpuJs } from '../src/gpu/gpu-js.js';
import { grad } from '../src/grad.js';
import { linear } from '../src/nn/linear.js';
import { mul } from '../src/ops/mul.js';
import { reshape } from '../src/ops/reshape.js';
import { softmax } from '../src/ops/softmax.js';
import { sum } from '../src/ops/sum.js';
import { f32, trace } from '../src/trace.js';

/**
 * Buffers on the device that one more run leaves behind when its outputs are disposed.
 * The program has everything that could leak: temporaries, an alias, an update in place.
 */
export async function leakedBuffers(backend: Backend): Promise<number> {
  const forward = trace({ x: f32(4, 3), w: f32(5, 3) }, ({ x, w }) => {
    const y = softmax(linear(x, w));
    return { loss: sum(mul(y, y)), flat: reshape(y, [20]), w: mul(w, w) };
  });
  const executable = await backend.compile(grad(forward, { of: 'loss', withRespectTo: ['w'] }));
  const w = await backend.buffer(f32(5, 3), new Float32Array(15).fill(0.5));
  const run = async () => {
    const outputs = await executable.run({ x: new Float32Array(12).fill(1), w }, { w });
    await outputs.loss!.read();
    for (const output of Object.values(outputs)) {
      output.dispose();
    }
  };
  await run();

  const { device } = await (await loadGpuJs()).WebGPUContext.acquire();
  const createBuffer = device.createBuffer.bind(device);
  let alive = 0;
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    alive++;
    buffer.destroy = () => {
      alive--;
      return destroy();
    };
    return buffer;
  };
  await run();
  await run();
  w.dispose();
  executable.dispose();
  device.createBuffer = createBuffer;
  // The buffer that w held before the counting began went, the one that it held at the end went too.
  return alive;
}

/** What a read says after the device has complained about something, which WebGPU tells nobody who asked. */
export async function errorAfterDeviceComplaint(backend: Backend): Promise<string> {
  const buffer = await backend.buffer(f32(2));
  const { device } = await (await loadGpuJs()).WebGPUContext.acquire();
  // They exclude each other.
  device.createBuffer({ size: 4, usage: bufferUsage.mapRead | bufferUsage.mapWrite });
  const read = await buffer.read().then(String, String);
  buffer.dispose();
  return read;
}

/** What a step of training asks of the device once the kernels are built: submissions, and new buffers for values. */
export async function deviceWork(
  backend: Backend,
): Promise<{ readonly submissions: number; readonly buffers: number }> {
  const { device } = await (await loadGpuJs()).WebGPUContext.acquire();
  const createBuffer = device.createBuffer.bind(device);
  const submit = device.queue.submit.bind(device.queue);
  let submissions = 0;
  let buffers = 0;
  device.createBuffer = (descriptor) => {
    buffers += (descriptor.usage & bufferUsage.storage) === 0 ? 0 : 1;
    return createBuffer(descriptor);
  };
  device.queue.submit = (commands) => {
    submissions++;
    return submit(commands);
  };
  const perStep: { readonly submissions: number; readonly buffers: number }[] = [];
  await trainingSteps(backend, {
    afterStep: () => {
      perStep.push({ submissions, buffers });
      submissions = 0;
      buffers = 0;
    },
  });
  device.createBuffer = createBuffer;
  device.queue.submit = submit;
  return perStep.at(-1)!;
}
