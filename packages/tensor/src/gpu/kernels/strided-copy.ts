import { BackendError } from '../../tensor-error.js';
import type { Shape } from '../../types.js';
import type { KernelThis, Values } from '../kernel.js';
import type { LoweringCall, Slot } from '../lowering.js';
import { stridedAxes } from '../strided-axes.js';

type Strides = 'start' | 'sX' | 'sY' | 'sZ' | 'sW' | 'sV' | 'zLength' | 'zwLength';

// z = (v * wLength + w) * zLength + inner z; the steps of w and v are corrected on the host for what z and w
// have already stepped.
function copyStrided(this: KernelThis<Strides>, a: Values): number {
  const w = Math.floor((this.thread.z + 0.5) / this.constants.zLength);
  const v = Math.floor((this.thread.z + 0.5) / this.constants.zwLength);
  return a[
    this.constants.start +
      this.thread.x * this.constants.sX +
      this.thread.y * this.constants.sY +
      this.thread.z * this.constants.sZ +
      (w | 0) * this.constants.sW +
      (v | 0) * this.constants.sV
  ]!;
}

function copyPlain(this: KernelThis<'start' | 'sX' | 'sY' | 'sZ'>, a: Values): number {
  return a[
    this.constants.start +
      this.thread.x * this.constants.sX +
      this.thread.y * this.constants.sY +
      this.thread.z * this.constants.sZ
  ]!;
}

/**
 * A new array of the given shape whose element (i, j, ...) is `input[start + i * strides[0] + j * strides[1] + ...]`.
 * @throws {BackendError} if more than five axes are left after merging
 */
export function stridedCopy(
  call: LoweringCall,
  input: Slot,
  shape: Shape,
  strides: readonly number[],
  start = 0,
): Slot {
  const axes = stridedAxes(shape, [strides]).map(({ length, strides: [step] }) => ({ length, step: step! }));
  if (axes.length > 5) {
    throw new BackendError(
      `gpu.js: a copy of shape (${shape.join(', ')}) moves ${axes.length} axes independently, at most 5 can be; split it in two`,
    );
  }
  const still = { length: 1, step: 0 };
  const [x = still, y = still, z = still, w = still, v = still] = axes;
  if (axes.length <= 3) {
    const size = axes.length <= 1 ? ([x.length] as const) : ([x.length, y.length, z.length] as const);
    return call.run(copyPlain, [input], size, { start, sX: x.step, sY: y.step, sZ: z.step });
  }
  return call.run(copyStrided, [input], [x.length, y.length, z.length * w.length * v.length], {
    start,
    sX: x.step,
    sY: y.step,
    sZ: z.step,
    sW: w.step - z.length * z.step,
    sV: v.step - w.length * w.step,
    zLength: z.length,
    zwLength: z.length * w.length,
  });
}
