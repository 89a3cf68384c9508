/** The part of a program that is done on the host before the ONNX graph runs: the noise of `dropout`. */
import { type Instruction, type Program, type Shape, UNUSED } from '@sftkit/tensor';
import type { Value } from '../graph/graph.js';

/** Factors that one or more dropouts of the graph multiply by: an input of the graph. */
export interface DropoutNoise {
  /** Name in the graph. */
  readonly value: Value;
  /** Program input that holds the key. */
  readonly key: string;
  readonly rate: number;
  readonly shape: Shape;
}

/** @returns for each dropout whose key is a program input, its noise; equal noise is one object */
export function planPrologue(program: Program): ReadonlyMap<Instruction, DropoutNoise> {
  const inputNames = new Map(Object.entries(program.inputs).map(([name, id]) => [id, name]));
  const noises = new Map<Value, DropoutNoise>();
  const planned = new Map<Instruction, DropoutNoise>();
  for (const instruction of program.instructions) {
    const { operation, inputs, outputs, attributes } = instruction;
    const key = inputNames.get(inputs[1] ?? UNUSED);
    if (operation === 'dropout' && key !== undefined) {
      const { rate } = attributes as { readonly rate: number };
      const { shape } = program.values[outputs[0]!]!;
      const value = `factors ${rate} (${shape}) ${key}`;
      const noise = noises.get(value) ?? { value, key, rate, shape };
      noises.set(value, noise);
      planned.set(instruction, noise);
    }
  }
  return planned;
}
