import { describe, expect, test } from 'vitest';
import { isOperationName, operations } from '../ops/index.js';
import { referenceBackend } from '../reference/reference-backend.js';
import { UNUSED } from '../types.js';
import { conformanceCases } from './conformance-cases.js';

/**
 * Central differences in float64: the truncation error falls with STEP squared (1e-10 of the third
 * derivative), the rounding error grows as 1e-16 / STEP. Both stay below TOLERANCE for slopes of order 1.
 */
const STEP = 1e-5;
const TOLERANCE = 1e-7;
/** Elements differentiated in one input at most, spread over it. */
const MOST_ELEMENTS = 12;

const differentiable = conformanceCases.filter(({ gradientProgram }) => gradientProgram !== undefined);

describe('gradients of the reference backend equal central differences', () => {
  test.each(differentiable.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    const { gradientProgram, differentiate, inputs } = each;
    const executable = await referenceBackend().compile(gradientProgram!);
    const at = (changes: Readonly<Record<string, Float64Array>>) => executable.run({ ...inputs, ...changes });
    const gradients = await at({});
    for (const name of differentiate) {
      const gradient = gradients[`gradient/${name}`]!.float64;
      const scale = gradient.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
      const stride = Math.ceil(gradient.length / MOST_ELEMENTS);
      for (let i = 0; i < gradient.length; i += stride) {
        const [above, below] = await Promise.all(
          [STEP, -STEP].map(async (step) => {
            const moved = Float64Array.from(inputs[name]!);
            moved[i]! += step;
            return (await at({ [name]: moved })).loss!.float64[0]!;
          }),
        );
        const error = Math.abs((above! - below!) / (2 * STEP) - gradient[i]!) / scale;
        expect(error, `${name}, element ${i}`).toBeLessThan(TOLERANCE);
      }
    }
  });
});

describe('the cases cover', () => {
  const programs = conformanceCases.flatMap(({ program, gradientProgram }) => [
    program,
    gradientProgram ?? program,
  ]);

  test('every operation', () => {
    const used = programs.flatMap(({ instructions }) => instructions.map(({ operation }) => operation));
    expect([...new Set(used)].sort()).toEqual(Object.keys(operations).sort());
  });

  test('every input of every differentiable operation', () => {
    const covered = new Set<string>();
    for (const { gradientProgram, differentiate } of differentiable) {
      const { inputs, instructions } = gradientProgram!;
      const dependent = new Set(differentiate.map((name) => inputs[name]!));
      for (const { operation, inputs: read, outputs } of instructions) {
        const from = read
          .map((id, i) => (dependent.has(id) ? `${operation} ${i}` : undefined))
          .filter((s) => s !== undefined);
        for (const name of from) {
          covered.add(name);
        }
        if (from.length > 0) {
          for (const id of outputs.filter((output) => output !== UNUSED)) {
            dependent.add(id);
          }
        }
      }
    }
    const inputCounts = {
      add: 2,
      sub: 2,
      mul: 2,
      div: 2,
      matmul: 2,
      rmsNorm: 2,
      layerNorm: 3,
      headCrossEntropy: 2,
    };
    for (const [name, operation] of Object.entries(operations)) {
      if (isOperationName(name) && 'gradient' in operation) {
        const count = name in inputCounts ? inputCounts[name as keyof typeof inputCounts] : 1;
        for (let i = 0; i < count; i++) {
          expect(covered).toContain(`${name} ${i}`);
        }
      }
    }
  });
});
