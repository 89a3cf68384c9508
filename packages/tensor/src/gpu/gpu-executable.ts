import type { Buffer, Executable } from '../backend.js';
import { checkArguments } from '../check-arguments.js';
import { BackendError } from '../tensor-error.js';
import type { NumericArray, Program } from '../types.js';
import { GpuBuffer, store } from './gpu-buffer.js';
import type { Handle } from './gpu-js.js';
import type { KernelCache } from './kernel-cache.js';
import { lowerProgram, type PlannedCall, type PlannedProduct } from './lower-program.js';
import type { Memory } from './memory.js';
import { Stored } from './stored.js';

/** Compiles a program: its kernels are looked up now and built by gpu.js in the first run. */
export async function gpuExecutable(
  program: Program,
  kernels: KernelCache,
  memory: Memory,
): Promise<Executable> {
  const plan = lowerProgram(program, kernels.mode);
  const steps = plan.steps.map((step) => ({ step, run: runner(step, kernels, memory) }));
  const constants = new Map<number, Stored>();
  for (const [slot, data] of plan.constants) {
    constants.set(slot, await store(memory, { dtype: 'f32', shape: [data.length] }, data));
  }
  let disposed = false;

  const take = async (name: string, given: Buffer | NumericArray): Promise<Stored> =>
    ArrayBuffer.isView(given)
      ? store(memory, program.values[program.inputs[name]!]!, given)
      : ownBuffer(given, memory, `input "${name}"`).stored.keep();

  return {
    program,

    async run(inputs, into = {}) {
      if (disposed) {
        throw new BackendError(`${memory.name}: this executable was disposed; compile the program again`);
      }
      checkArguments(memory.name, program, inputs, into);
      for (const [name, buffer] of Object.entries(into)) {
        ownBuffer(buffer, memory, `a buffer for output "${name}"`);
      }
      const slots: (Stored | undefined)[] = [];
      try {
        for (const [name, slot] of Object.entries(plan.inputs)) {
          slots[slot] = await take(name, inputs[name]!);
        }
        for (const [slot, stored] of constants) {
          slots[slot] = stored.keep();
        }
        for (const { step, run } of steps) {
          const arrays = step.arrays.map((slot) => slots[slot]!.handle);
          slots[step.result] = new Stored(memory, await run(arrays));
          for (const slot of step.releases) {
            slots[slot]!.drop();
            slots[slot] = undefined;
          }
        }
        const fresh: Record<string, Buffer> = {};
        for (const [name, slot] of Object.entries(plan.outputs)) {
          const stored = slots[slot]!.keep();
          const target = into[name] as GpuBuffer | undefined;
          if (target === undefined) {
            fresh[name] = new GpuBuffer(memory, program.values[program.outputs[name]!]!, stored);
          } else {
            target.swap(stored);
          }
        }
        return fresh;
      } finally {
        for (const stored of slots) {
          stored?.drop();
        }
        memory.endRun?.();
      }
    },

    dispose() {
      if (!disposed) {
        disposed = true;
        for (const stored of constants.values()) {
          stored.drop();
        }
      }
    },
  };
}

/** What computes a step's result. */
function runner(
  step: PlannedCall | PlannedProduct,
  kernels: KernelCache,
  memory: Memory,
): (arrays: readonly Handle[]) => Promise<Handle> {
  if ('product' in step) {
    return ([a, b]) => memory.multiply!(a!, b!, step.product);
  }
  const kernel = kernels.kernelFor(step);
  return (arrays) => kernels.run(kernel, step, arrays);
}

/** @throws {BackendError} if another backend made the buffer */
function ownBuffer(buffer: Buffer, memory: Memory, what: string): GpuBuffer {
  if (!(buffer instanceof GpuBuffer) || !buffer.belongsTo(memory)) {
    throw new BackendError(
      `${memory.name}: expected ${what} of this backend, got another's; make it with this backend's buffer()`,
    );
  }
  return buffer;
}
