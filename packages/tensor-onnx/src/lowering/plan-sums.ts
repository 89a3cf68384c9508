/**
 * Gradients of a head's weight that are added to an input of the program, as those of earlier micro-batches are. The head
 * makes such a gradient chunk by chunk: it can begin from that input, and the (V, C) gradient never exists apart.
 */
import { type Instruction, type Program, UNUSED, type ValueId } from '@sftkit/tensor';
import type { Epilogue } from '../epilogue/plan-epilogue.js';

export interface Sum {
  /** Value (V, C) that is added, read by nothing else. */
  readonly gradient: ValueId;
  /** Value that the gradient begins from: an input of the program. */
  readonly begin: ValueId;
  /** The addition, which then is done. */
  readonly addition: Instruction;
}

/** Place of a head's weight gradient among its results. */
const WEIGHT_GRADIENT = 2;

/** @returns the sums, by the head's instruction */
export function planSums(
  { instructions, inputs, outputs, values }: Program,
  epilogue: Epilogue,
): Map<Instruction, Sum> {
  const given = new Set(Object.values(inputs));
  const left = new Set(Object.values(outputs));
  const soleReader = (id: ValueId) => {
    const readers = instructions.filter((each) => each.inputs.includes(id));
    return readers.length === 1 && !left.has(id) ? readers[0] : undefined;
  };
  const sumOf = (id: ValueId): Sum | undefined => {
    const addition = soleReader(id);
    const result = addition?.outputs[0];
    if (result !== undefined && epilogue.withoutRows.get(result) === id) {
      return sumOf(result); // the rows are added after the graph
    }
    const begin = addition?.inputs.find((input) => input !== id && given.has(input));
    const isSum = addition?.operation === 'add' && begin !== undefined;
    return isSum && values[begin]!.shape.join() === values[id]!.shape.join()
      ? { gradient: id, begin, addition }
      : undefined;
  };
  const sums = new Map<Instruction, Sum>();
  for (const instruction of instructions) {
    const gradient = instruction.outputs[WEIGHT_GRADIENT];
    if (instruction.operation === 'headCrossEntropy' && gradient !== undefined && gradient !== UNUSED) {
      const sum = sumOf(gradient);
      if (sum !== undefined) sums.set(instruction, sum);
    }
  }
  return sums;
}
