import type { Buffer, Executable } from '../backend.js';
import { checkArguments } from '../check-arguments.js';
import { BackendError } from '../tensor-error.js';
import type { NumericArray, Program } from '../types.js';
import { GpuBuffer, store } from './gpu-buffer.js';
import type { KernelCache } from './kernel-cache.js';
import { lowerProgram } from './lower-program.js';
import type { Memory } from './memory.js';
import { Stored } from './stored.js';

/** Compiles a program: its kernels are looked up now and built by gpu.js in the first run. */
export async function gpuExecutable(
  program: Program,
  kernels: KernelCache,
  memory: Memory,
): Promise<Executable> {
  const plan = lowerProgram(program, kernels.mode);
  const steps = plan.calls.map((call) => ({ call, kernel: kernels.kernelFor(call) }));
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
        for (const { call, kernel } of steps) {
          const arrays = call.arrays.map((slot) => slots[slot]!.handle);
          slots[call.result] = new Stored(memory, await kernels.run(kernel, call, arrays));
          for (const slot of call.releases) {
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

/** @throws {BackendError} if another backend made the buffer */
function ownBuffer(buffer: Buffer, memory: Memory, what: string): GpuBuffer {
  if (!(buffer instanceof GpuBuffer) || !buffer.belongsTo(memory)) {
    throw new BackendError(
      `${memory.name}: expected ${what} of this backend, got another's; make it with this backend's buffer()`,
    );
  }
  return buffer;
}
