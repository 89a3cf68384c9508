/**
 * The part of a program that is done on the host's memory after the ONNX graph has run: instructions whose
 * results only leave the program, and that ONNX Runtime would do slowly.
 *
 * - `adamW` is bound by memory: as graph nodes, each of its dozen passes would go through all of a
 *   parameter. Here one pass goes over pieces that stay in the cache (see `streamAdamW`).
 * - `scatterAdd` touches a few rows of a large table: as a node it copies the table. Here the rows are added
 *   where the result lies; where dense tables join it (a tied head's gradient, those of earlier micro-batches), to
 *   their sum.
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
  /** Sums that the graph reads without the rows that a step adds later: what stands for each of them. */
  readonly withoutRows: ReadonlyMap<ValueId, ValueId>;
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
  const shapeOf = (id: ValueId) => program.values[id]!.shape.join();
  /** The one output that a value leaves through, if nothing else reads it. */
  const soleOutput = (id: ValueId) => (readers.has(id) ? undefined : onlyElement(namesOf(id)));

  const steps: EpilogueStep[] = [];
  const done = new Set<Instruction>();
  const withoutRows = new Map<ValueId, ValueId>();
  /** The sums of tables of one shape through which a value reaches an output, if it does nothing else. */
  const sumsToOutput = (start: ValueId) => {
    const sums: Instruction[] = [];
    let id = start;
    for (let output = soleOutput(id); ; output = soleOutput(id)) {
      if (output !== undefined) {
        return { sums, output };
      }
      const sum = onlyElement(readers.get(id) ?? []);
      const isTable = sum?.inputs.every((input) => shapeOf(input) === shapeOf(start));
      if (sum?.operation !== 'add' || !isTable || namesOf(id).length > 0 || done.has(sum)) {
        return undefined;
      }
      sums.push(sum);
      id = sum.outputs[0]!;
    }
  };
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
      const way = sumsToOutput(id);
      if (way === undefined) {
        continue;
      }
      const { sums, output } = way;
      const [first] = sums;
      if (first === undefined) {
        steps.push({ kind: 'scatterAdd', instruction, output, base: undefined });
        done.add(instruction);
        continue;
      }
      const dense = first.inputs[0] === id ? first.inputs[1]! : first.inputs[0]!;
      // Only a dense gradient that nothing else needs may be written where the sum belongs.
      const free = makers.has(dense) && readers.get(dense)!.length === 1 && namesOf(dense).length === 0;
      if (sums.length > 1 || free) {
        const base = sums.length > 1 ? sums.at(-1)!.outputs[0]! : dense;
        steps.push({ kind: 'scatterAdd', instruction, output, base });
        done.add(instruction).add(first);
        withoutRows.set(first.outputs[0]!, dense);
      }
    }
  }
  return { steps, instructions: done, withoutRows };
}

function onlyElement<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}
