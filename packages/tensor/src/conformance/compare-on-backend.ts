import type { Backend, Buffer } from '../backend.js';
import { referenceBackend } from '../reference/reference-backend.js';
import { formatShape } from '../shape.js';
import type { NumericArray, Program } from '../types.js';
import type { ConformanceCase } from './conformance-case.js';

export interface Comparison {
  /** One line for each output that is further from the reference than the case allows. */
  readonly failures: readonly string[];
  /** Largest error of the outputs and of the gradients, as shares of their largest elements. */
  readonly valueError: number;
  readonly gradientError: number;
}

/** Runs a case, and its gradient, on a backend and on the float64 reference. */
export async function compareOnBackend(
  { program, gradientProgram, inputs, tolerance }: ConformanceCase,
  backend: Backend,
): Promise<Comparison> {
  const value = await compare(program, inputs, backend, tolerance.value);
  const gradient =
    gradientProgram === undefined
      ? { failures: [], error: 0 }
      : await compare(gradientProgram, inputs, backend, tolerance.gradient, isGradient);
  return {
    failures: [...value.failures, ...gradient.failures],
    valueError: value.error,
    gradientError: gradient.error,
  };
}

/** Not the loss: where it is a sum of noise that cancels, it has no digits to compare. */
function isGradient(output: string): boolean {
  return output.startsWith('gradient/');
}

async function compare(
  program: Program,
  inputs: Readonly<Record<string, NumericArray>>,
  backend: Backend,
  tolerance: number,
  compared: (output: string) => boolean = () => true,
): Promise<{ readonly failures: readonly string[]; readonly error: number }> {
  const expected = await runOnce(program, inputs, referenceBackend());
  const actual = await runOnce(program, inputs, backend);
  const failures: string[] = [];
  let largest = 0;
  for (const [name, { shape, data }] of Object.entries(expected)) {
    if (!compared(name)) {
      continue;
    }
    const got = actual[name];
    if (got === undefined || formatShape(got.shape) !== formatShape(shape)) {
      failures.push(
        `${name}: expected ${formatShape(shape)}, got ${got ? formatShape(got.shape) : 'nothing'}`,
      );
      continue;
    }
    const { error, at } = distance(got.data, data);
    largest = Math.max(largest, error);
    // Written so that NaN fails.
    if (!(error <= tolerance)) {
      failures.push(
        `${name} ${formatShape(shape)}: expected ${data[at]} at element ${at}, got ${got.data[at]}; error ${error.toExponential(1)}, allowed ${tolerance}`,
      );
    }
  }
  return { failures, error: largest };
}

type Contents = { readonly shape: readonly number[]; readonly data: Float32Array | Int32Array };

async function runOnce(
  program: Program,
  inputs: Readonly<Record<string, NumericArray>>,
  backend: Backend,
): Promise<Record<string, Contents>> {
  const executable = await backend.compile(program);
  const outputs: Record<string, Buffer> = await executable.run(inputs);
  const contents: Record<string, Contents> = {};
  for (const [name, buffer] of Object.entries(outputs)) {
    contents[name] = { shape: buffer.shape, data: await buffer.read() };
    buffer.dispose();
  }
  executable.dispose();
  return contents;
}

/** Largest difference as a share of the largest expected element (or of 1, where all are 0). */
function distance(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): { readonly error: number; readonly at: number } {
  let scale = 0;
  let difference = actual.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  let at = 0;
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]!));
    const here = Math.abs(actual[i]! - expected[i]!);
    if (!(here <= difference)) {
      difference = here;
      at = i;
      if (Number.isNaN(here)) {
        break;
      }
    }
  }
  return { error: difference / (scale || 1), at };
}
