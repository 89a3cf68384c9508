import { isOperationName, type OperationName } from '../ops/index.js';
import { sizeOf } from '../shape.js';
import { BackendError } from '../tensor-error.js';
import type { Attributes, Program } from '../types.js';
import { UNUSED } from '../types.js';
import type { GpuMode } from './gpu-js.js';
import { cellsOf, type KernelSize, type KernelSource } from './kernel.js';
import { lowerings } from './kernels/index.js';
import type { Lowering, Slot } from './lowering.js';
import type { Product } from './product.js';

interface PlannedStep {
  readonly arrays: readonly Slot[];
  readonly result: Slot;
  /** Slots that nothing reads after this step. */
  readonly releases: readonly Slot[];
}

/** One kernel call of a plan. */
export interface PlannedCall extends PlannedStep, KernelSource {
  /** Elements of each array. */
  readonly lengths: readonly number[];
}

/** One matrix product of a plan that is no gpu.js kernel. */
export interface PlannedProduct extends PlannedStep {
  readonly product: Product;
}

type WithoutReleases = Omit<PlannedCall, 'releases'> | Omit<PlannedProduct, 'releases'>;

/** A program as kernel calls and products in order. Several inputs, constants and outputs may share a slot. */
export interface Plan {
  readonly steps: readonly (PlannedCall | PlannedProduct)[];
  readonly inputs: Readonly<Record<string, Slot>>;
  readonly constants: ReadonlyMap<Slot, Float32Array | Int32Array>;
  readonly outputs: Readonly<Record<string, Slot>>;
}

/**
 * Writes a program as gpu.js kernel calls. Nothing is compiled or run.
 * @throws {BackendError} if an operation is unknown
 */
export function lowerProgram(program: Program, mode: GpuMode): Plan {
  const slotOf: (Slot | undefined)[] = [];
  const lengthOf: number[] = [];
  const steps: WithoutReleases[] = [];
  const newSlot = (length: number): Slot => lengthOf.push(length) - 1;

  const append = (
    body: KernelSource['body'],
    arrays: readonly Slot[],
    size: KernelSize,
    sizes: Readonly<Record<string, number>>,
    numbersPerCell: number,
  ): Slot => {
    const result = newSlot(numbersPerCell * cellsOf(size));
    const lengths = arrays.map((slot) => lengthOf[slot]!);
    // Matrix products, most of a step's time; the others are over sooner than threads answer.
    const isHeavy = numbersPerCell > 1;
    steps.push({ body, arrays, size: trimmed(size), constants: sizes, lengths, result, isHeavy });
    return result;
  };

  const multiply = (a: Slot, b: Slot, product: Product): Slot => {
    const result = newSlot(product.stack * product.m * product.n);
    steps.push({ product, arrays: [a, b], result });
    return result;
  };

  const inputs: Record<string, Slot> = {};
  for (const [name, id] of Object.entries(program.inputs)) {
    inputs[name] = slotOf[id] = newSlot(sizeOf(program.values[id]!.shape));
  }
  const constants = new Map<Slot, Float32Array | Int32Array>();
  for (const [id, data] of program.constants) {
    const slot = newSlot(data.length);
    slotOf[id] = slot;
    constants.set(slot, data);
  }

  for (const { operation, inputs: inputIds, outputs: outputIds, attributes } of program.instructions) {
    if (!isOperationName(operation)) {
      throw new BackendError(
        `gpu.js: no kernel for operation "${operation}"; it is not one of this version's operations`,
      );
    }
    // The table pairs each name with its own attributes; a program holds them untyped.
    const lowering = lowerings[operation satisfies OperationName] as Lowering<Attributes>;
    const wanted = outputIds.map((id) => id !== UNUSED);
    if (!wanted.includes(true)) {
      continue;
    }
    const results = lowering({
      inputs: inputIds.map((id) => slotOf[id]!),
      inputTypes: inputIds.map((id) => program.values[id]!),
      outputTypes: outputIds.map((id) => (id === UNUSED ? { dtype: 'f32', shape: [] } : program.values[id]!)),
      attributes,
      mode,
      wanted,
      run: (body, arrays, size, sizes) => append(body, arrays, size, sizes, 1),
      runFour: (body, arrays, size, sizes) => append(body, arrays, size, sizes, 4),
      ...(mode === 'webgpu' ? { multiply } : {}),
    });
    for (const [i, id] of outputIds.entries()) {
      if (id !== UNUSED) {
        slotOf[id] = results[i]!;
      }
    }
  }

  const outputs = Object.fromEntries(
    Object.entries(program.outputs).map(([name, id]) => [name, slotOf[id]!]),
  );
  const kept = new Set([...Object.values(inputs), ...constants.keys(), ...Object.values(outputs)]);
  return { steps: withReleases(steps, kept), inputs, constants, outputs };
}

/** Drops outer axes of length 1: one-dimensional kernels may be longer than WebGPU allows an axis to be. */
function trimmed([x, y = 1, z = 1]: KernelSize): KernelSize {
  return z > 1 ? [x, y, z] : y > 1 ? [x, y] : [x];
}

/**
 * Lets every slot go after the step that reads it last.
 * @param kept inputs, constants and outputs, which live from the start or to the end
 */
function withReleases(steps: readonly WithoutReleases[], kept: ReadonlySet<Slot>): Plan['steps'] {
  const seen = new Set(kept);
  return steps
    .toReversed()
    .map((step) => {
      const releases = [...new Set([...step.arrays, step.result])].filter((slot) => !seen.has(slot));
      for (const slot of releases) {
        seen.add(slot);
      }
      return { ...step, releases };
    })
    .reverse();
}
