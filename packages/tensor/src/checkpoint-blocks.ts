/**
 * Activation checkpointing as a rewrite of a program with gradients: what a block (a layer) computes between its
 * inputs and its results is not kept for the backward pass, but computed again just before it. The same
 * operations on the same values give the same bits, and a dropout the same noise, since noise is a function of its key.
 * @see Chen et al., 2016, "Training Deep Nets with Sublinear Memory Cost", section 4
 */
import { eliminateDeadCode } from './eliminate-dead-code.js';
import { type Instruction, type Program, type TensorType, UNUSED, type ValueId } from './types.js';

/**
 * @param program with `block` marks and gradients by `grad`; without either it comes back as it is
 * @returns the same inputs and outputs. The last block is computed again as well: before its backward pass come the logits.
 */
export function checkpointBlocks(program: Program): Program {
  const values: TensorType[] = [...program.values];
  const kept = valuesReadOutside(program);
  /** What a forward value is called in its own block's backward pass. */
  const again = new Map<ValueId, ValueId>();
  const copyOf = (id: ValueId): ValueId => {
    if (id === UNUSED || kept.has(id)) {
      return UNUSED;
    }
    again.set(id, values.push(values[id]!) - 1);
    return again.get(id)!;
  };
  const reading = (instruction: Instruction): Instruction => ({
    ...instruction,
    inputs: instruction.inputs.map((id) => again.get(id) ?? id),
  });

  const forward = forwardBlocks(program);
  const instructions: Instruction[] = [];
  for (const instruction of program.instructions) {
    const { block } = instruction;
    if (block?.pass !== 'backward') {
      instructions.push(instruction);
      continue;
    }
    for (const first of forward.get(block.index) ?? []) {
      instructions.push({ ...reading(first), outputs: first.outputs.map(copyOf), block });
    }
    forward.delete(block.index);
    instructions.push(reading(instruction));
  }
  return eliminateDeadCode({ ...program, values, instructions });
}

function forwardBlocks({ instructions }: Program): Map<number, Instruction[]> {
  const blocks = new Map<number, Instruction[]>();
  for (const instruction of instructions) {
    if (instruction.block?.pass === 'forward') {
      const { index } = instruction.block;
      blocks.set(index, [...(blocks.get(index) ?? []), instruction]);
    }
  }
  return blocks;
}

/** Values that leave their block: read by another, by none, or by the program's reader. */
function valuesReadOutside({ instructions, outputs }: Program): Set<ValueId> {
  const madeIn = new Map(
    instructions.flatMap((each) => each.outputs.map((id) => [id, each.block?.index] as const)),
  );
  const outside = new Set(Object.values(outputs));
  for (const { inputs, block } of instructions) {
    for (const id of inputs.filter((input) => madeIn.get(input) !== block?.index)) {
      outside.add(id);
    }
  }
  return outside;
}
