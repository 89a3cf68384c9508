/**
 * The part of a program that is done on the host's memory after the ONNX graph has run: instructions whose
 * results only leave the program, and that ONNX Runtime would do slowly.
 *
 * - `adamW` is bound by memory: as graph nodes, each of its dozen passes would go through all of a
 *   parameter. Here one pass goes over pieces that stay in the cache (see `streamAdamW`).
 * - `scatterAdd` touches a few rows of a large table: as a node it copies the table. Here the rows are added
 *   where the result lies; where a dense gradient of the table joins it (a tied head), to that.
 */
import { type Instruction, type Program, UNUSED, type ValueId } from '@sftkit/tensor';

export interface AdamWStep {
  readonly kind: 'adamW';
  readonly instruction: Instruction;
  /** Program outputs: parameter, m and v; undefined where unused. */
  readonly outputs: readonly (string | undefined)[];
}

export interface ScatterStep {
  readonly kind: 'scatterAdd';
  readonly instruction: Instruction;
  /** Program output that receives the rows. */
  readonly output: string;
  /** Value that the graph writes there first; undefined: zeros. */
  readonly base: ValueId | undefined;
}

export type EpilogueStep = AdamWStep | ScatterStep;

export interface Epilogue {
  readonly steps: readonly EpilogueStep[];
  /** The instructions that the steps do, and that the graph therefore leaves out. */
  readonly instructions: ReadonlySet<Instruction>;
}

export function planEpilogue(program: Program): Epilogue {
  const { instructions, outputs } = program;
  const readers = new Map<ValueId, Instruction[]>();
  for (const instruction of instructions) {
    for (const id of instruction.inputs) {
      readers.set(id, [...(readers.get(id) ?? []), instruction]);
    }
  }
  const makers = new Map(instructions.flatMap((each) => each.outputs.map((id) => [id, each] as const)));
  const namesOf = (id: ValueId) => Object.keys(outputs).filter((name) => outputs[name] === id);
  /** The one output that a value leaves through, if nothing else reads it. */
  const soleOutput = (id: ValueId) => (readers.has(id) ? undefined : onlyElement(namesOf(id)));

  const steps: EpilogueStep[] = [];
  const done = new Set<Instruction>();
  for (const instruction of instructions) {
    if (instruction.operation === 'adamW') {
      const names = instruction.outputs.map(soleOutput);
      if (instruction.outputs.every((id, slot) => id === UNUSED || names[slot] !== undefined)) {
        steps.push({ kind: 'adamW', instruction, outputs: names });
        done.add(instruction);
      }
    }
    if (instruction.operation === 'scatterAdd') {
      const [id] = instruction.outputs as [ValueId];
      const output = soleOutput(id);
      const sum = onlyElement(readers.get(id) ?? []);
      if (output !== undefined) {
        steps.push({ kind: 'scatterAdd', instruction, output, base: undefined });
        done.add(instruction);
      } else if (sum?.operation === 'add' && namesOf(id).length === 0 && !done.has(sum)) {
        const base = sum.inputs[0] === id ? sum.inputs[1]! : sum.inputs[0]!;
        const sumOutput = soleOutput(sum.outputs[0]!);
        // Only a dense gradient that nothing else needs may be written where the sum belongs.
        const free = makers.has(base) && readers.get(base)!.length === 1 && namesOf(base).length === 0;
        const dense = program.values[base]!.shape.join() === program.values[id]!.shape.join();
        if (sumOutput !== undefined && free && dense) {
          steps.push({ kind: 'scatterAdd', instruction, output: sumOutput, base });
          done.add(instruction).add(sum);
        }
      }
    }
  }
  return { steps, instructions: done };
}

function onlyElement<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}
