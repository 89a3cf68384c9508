/**
 * When an output may be written over an input of the same run.
 *
 * Inside the graph two things must hold, whatever order the nodes run in: every node that reads the input has
 * finished before the output is written, and the node that writes the output, if it reads the input
 * itself, reads each element before it writes it. The epilogue comes after the graph, step by step.
 */
import type { Program } from '@sftkit/tensor';
import type { EpilogueStep } from './epilogue/plan-epilogue.js';
import { ancestors } from './graph/ancestors.js';
import type { GraphNode, Value } from './graph/graph.js';
import { type LoweredProgram, type OutputPart, portsOf } from './lowering/lower-program.js';

/** Writes element i after reading only element i of inputs of the output's shape. */
const ELEMENT_BY_ELEMENT = new Set(['Add', 'Sub', 'Mul', 'Div', 'Identity']);

/** Place of what a Gemm adds its product to: it is copied to where the sum goes, element by element, before the rest. */
const SUMMAND = 2;

/** ONNX Runtime hands the input's memory on as the output of these. */
const ALIASING = new Set(['Reshape', 'Identity']);

/** Inputs of adamW that its outputs may lie over: the parameter, m and v of before. */
const OLD_VALUES = [0, 2, 3];

/** Whether a run may write an output (by name) over the memory of an input (by name). */
export function canOverwrite(
  program: Program,
  { model, inputs, outputs, epilogue: { steps } }: LoweredProgram,
  input: string,
  output: string,
): boolean {
  const id = program.inputs[input]!;
  const reads = ({ instruction }: EpilogueStep) => instruction.inputs.includes(id);
  const readByGraph = inputs.get(input);
  const writtenByGraph = outputs.get(output);
  if (writtenByGraph !== undefined) {
    return (
      !steps.some(reads) &&
      (readByGraph === undefined ||
        (writtenByGraph.length === 1
          ? canShareMemory(model.nodes, readByGraph, writtenByGraph[0]!.name)
          : canShareByParts(model.nodes, readByGraph, writtenByGraph)))
    );
  }
  const at = steps.findIndex((step) =>
    step.kind === 'adamW' ? step.outputs.includes(output) : step.output === output,
  );
  const step = steps[at]!;
  const replaced = step.kind === 'adamW' ? OLD_VALUES[step.outputs.indexOf(output)] : undefined;
  const readOtherwise = step.instruction.inputs.some((read, slot) => read === id && slot !== replaced);
  return !readOtherwise && !steps.slice(at + 1).some(reads);
}

/** The same question for two values of a graph. */
export function canShareMemory(nodes: readonly GraphNode[], input: Value, output: Value): boolean {
  const writer = nodes.find((node) => node.outputs.includes(output))!;
  const before = ancestors(nodes, writer);
  return readersOf(nodes, input).every(
    (reader) => before.has(reader) || (reader === writer && readsByElement(writer, input)),
  );
}

/** Whether a node has read an element of an input when it writes that element of its output. */
function readsByElement({ opType, inputs }: GraphNode, input: Value): boolean {
  return ELEMENT_BY_ELEMENT.has(opType) || (opType === 'Gemm' && inputs.indexOf(input) === SUMMAND);
}

/** The same question for an output of parts: each may lie over the rows that it alone reads. */
function canShareByParts(nodes: readonly GraphNode[], input: Value, parts: readonly OutputPart[]): boolean {
  const partFrom = new Map(parts.map((part) => [part.from, portsOf(part)[0]!.name]));
  return readersOf(nodes, input).every(({ outputs: [rows] }) => {
    const part = partFrom.get(rows);
    return part !== undefined && canShareMemory(nodes, rows!, part);
  });
}

function readersOf(nodes: readonly GraphNode[], value: Value): GraphNode[] {
  const readers = nodes.filter((node) => node.inputs.includes(value));
  const aliases = readers.filter(({ opType }) => ALIASING.has(opType)).flatMap(({ outputs }) => outputs);
  return [...readers, ...aliases.flatMap((alias) => readersOf(nodes, alias))];
}
