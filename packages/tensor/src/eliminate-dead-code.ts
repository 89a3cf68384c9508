import { type Instruction, type Program, UNUSED, type ValueId } from './types.js';

/**
 * The program without what no output depends on: instructions and constants are dropped, single outputs that
 * nothing reads become UNUSED. Inputs stay, and values keep their ids.
 */
export function eliminateDeadCode(program: Program): Program {
  const read = new Set<ValueId>(Object.values(program.outputs));
  const instructions: Instruction[] = [];
  for (const instruction of program.instructions.toReversed()) {
    const outputs = instruction.outputs.map((output) => (read.has(output) ? output : UNUSED));
    if (outputs.some((output) => output !== UNUSED)) {
      instructions.push({ ...instruction, outputs });
      for (const input of instruction.inputs) {
        read.add(input);
      }
    }
  }
  const constants = new Map([...program.constants].filter(([id]) => read.has(id)));
  return { ...program, constants, instructions: instructions.reverse() };
}
