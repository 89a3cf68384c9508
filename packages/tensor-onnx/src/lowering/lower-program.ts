/** Program to ONNX graph. */
import {
  BackendError,
  type Instruction,
  type Program,
  type TensorType,
  UNUSED,
  type ValueId,
} from '@sftkit/tensor';
import { type Epilogue, planEpilogue } from '../epilogue/plan-epilogue.js';
import { Graph, type GraphModel, type GraphNode, type TensorPort, type Value } from '../graph/graph.js';
import { type DropoutNoise, planPrologue } from '../prologue/plan-prologue.js';
import { lowerings } from './index.js';
import type { Lowering } from './lowering.js';
import { planSums, type Sum } from './plan-sums.js';

export interface OutputPart extends TensorPort {
  /** See `Rows`. */
  readonly from?: Value | undefined;
  readonly sums?: readonly Value[] | undefined;
}

export interface LoweredProgram {
  readonly model: GraphModel;
  /** Program inputs that the graph reads, by name, and their names in the graph. */
  readonly inputs: ReadonlyMap<string, Value>;
  /** Program outputs that the graph writes, by name: the values that lie there, one behind the other. */
  readonly outputs: ReadonlyMap<string, readonly OutputPart[]>;
  /** Values that the graph writes for the epilogue alone. */
  readonly exports: ReadonlyMap<ValueId, Value>;
  /** What is made before the graph runs, and that it reads as inputs. */
  readonly prologue: readonly DropoutNoise[];
  readonly epilogue: Epilogue;
}

export interface LoweringOptions {
  /** Whether several outputs of the graph may be written to the same memory, one after the other. Default: true. */
  readonly overlaps?: boolean;
}

/** @throws {BackendError} if the program has an operation that no lowering is known for */
export function lowerProgram(program: Program, { overlaps = true }: LoweringOptions = {}): LoweredProgram {
  const epilogue = planEpilogue(program);
  const noises = planPrologue(program);
  const sums = planSums(program, epilogue);
  const graph = new Graph();
  const names = new Map<ValueId, Value>();
  for (const [name, id] of Object.entries(program.inputs)) {
    names.set(id, `input ${name}`);
  }
  for (const [id, data] of program.constants) {
    names.set(id, graph.tensor(data, program.values[id]!.shape));
  }
  lowerInstructions(program, { epilogue, noises, sums }, graph, names);

  const written = outputsOfGraph(program, epilogue);
  const exports = exportsOf(program, epilogue, written, names);
  const outputs = nameOutputs(written, program, graph, names, overlaps);
  const outputPorts = [...outputs.values()].flat().flatMap(portsOf);
  const nodes = readNodes(
    graph.nodes,
    new Set([...outputPorts.map(({ name }) => name), ...exports.values()]),
  );
  const read = new Set(nodes.flatMap((node) => node.inputs));
  const inputs = new Map(
    Object.entries(program.inputs)
      .map(([name, id]) => [name, names.get(id)!] as const)
      .filter(([, value]) => read.has(value)),
  );
  const prologue = [...new Set(noises.values())].filter(({ value }) => read.has(value));
  const model: GraphModel = {
    nodes: inExecutionOrder(nodes),
    initializers: [...graph.initializers.values()].filter(({ name }) => read.has(name)),
    inputs: [
      ...[...inputs].map(([name, value]) => port(value, program.values[program.inputs[name]!]!)),
      ...prologue.map(({ value, shape }) => port(value, { dtype: 'f32', shape })),
    ],
    outputs: [...outputPorts, ...[...exports].map(([id, value]) => port(value, program.values[id]!))],
  };
  return { model, inputs, outputs, exports, prologue, epilogue };
}

function lowerInstructions(
  program: Program,
  {
    epilogue,
    noises,
    sums,
  }: {
    readonly epilogue: Epilogue;
    readonly noises: ReadonlyMap<Instruction, DropoutNoise>;
    readonly sums: ReadonlyMap<Instruction, Sum>;
  },
  graph: Graph,
  names: Map<ValueId, Value>,
): void {
  const read = new Set([
    ...program.instructions.flatMap((instruction) => instruction.inputs),
    ...Object.values(program.outputs),
  ]);
  const added = new Map([...sums.values()].map(({ addition, gradient }) => [addition, gradient]));
  for (const [index, instruction] of program.instructions.entries()) {
    const gradient = added.get(instruction);
    if (gradient !== undefined) {
      names.set(instruction.outputs[0]!, names.get(gradient)!);
      continue;
    }
    if (epilogue.instructions.has(instruction)) {
      for (const id of instruction.outputs) {
        names.set(id, names.get(epilogue.withoutRows.get(id) ?? id) ?? '');
      }
      continue;
    }
    const { operation, inputs, outputs, attributes } = instruction;
    const lowering = (lowerings as Readonly<Record<string, Lowering<never>>>)[operation];
    if (lowering === undefined) {
      throw new BackendError(
        `onnx: no lowering for operation "${operation}" (instruction ${index}); use versions of @sftkit/tensor and @sftkit/tensor-onnx that belong together`,
      );
    }
    graph.enter(`${index}:${operation}`);
    const noise = noises.get(instruction);
    if (noise !== undefined) {
      names.set(outputs[0]!, graph.node('Mul', [names.get(inputs[0]!)!, noise.value]));
      continue;
    }
    const results = lowering({
      graph,
      inputs: inputs.map((id) => names.get(id)!),
      inputTypes: inputs.map((id) => program.values[id]!),
      outputTypes: outputs.map((id) => program.values[id] ?? { dtype: 'f32', shape: [] }),
      attributes: attributes as never,
      wanted: outputs.map((id) => read.has(id)),
      addTo: names.get(sums.get(instruction)?.begin ?? UNUSED),
    });
    for (const [slot, id] of outputs.entries()) {
      names.set(id, results[slot]!);
    }
  }
}

/** Program outputs that the graph writes, with the value it writes there: the output itself, or what the epilogue adds to. */
function outputsOfGraph(program: Program, { steps }: Epilogue): Map<string, ValueId> {
  const written = new Map(Object.entries(program.outputs));
  for (const step of steps) {
    if (step.kind === 'adamW') {
      for (const name of step.outputs) {
        written.delete(name ?? '');
      }
    } else if (step.base === undefined) {
      written.delete(step.output);
    } else {
      written.set(step.output, step.base);
    }
  }
  return written;
}

/** Values that the epilogue reads and that are neither given nor outputs. */
function exportsOf(
  program: Program,
  { steps }: Epilogue,
  written: ReadonlyMap<string, ValueId>,
  names: ReadonlyMap<ValueId, Value>,
): Map<ValueId, Value> {
  const known = new Set([...Object.values(program.inputs), ...program.constants.keys(), ...written.values()]);
  const needed = steps.flatMap(({ instruction }) => instruction.inputs).filter((id) => !known.has(id));
  return new Map(needed.map((id) => [id, names.get(id)!]));
}

/**
 * A graph output needs a name of its own, which an input, a constant or a second output does not have. A value that is
 * stacked of parts leaves as its parts.
 */
function nameOutputs(
  written: ReadonlyMap<string, ValueId>,
  program: Program,
  graph: Graph,
  names: ReadonlyMap<ValueId, Value>,
  overlaps: boolean,
): Map<string, readonly OutputPart[]> {
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  const outputs = new Map<string, readonly OutputPart[]>();
  graph.enter('output');
  for (const [name, id] of written) {
    const value = names.get(id)!;
    const type = program.values[id]!;
    const own = made.delete(value);
    const parts = own ? graph.stacks.get(value) : undefined;
    outputs.set(
      name,
      parts?.map(({ value: part, rows, from, sums = [] }) => ({
        ...port(part, { ...type, shape: [rows, ...type.shape.slice(1)] }),
        from,
        sums: overlaps ? sums : [],
      })) ?? [port(own ? value : graph.node('Identity', [value]), type)],
    );
  }
  return outputs;
}

/** The graph's outputs that are written where this part lies. */
export function portsOf({ sums = [], name, dtype, shape }: OutputPart): TensorPort[] {
  return [...sums, name].map((each) => ({ name: each, dtype, shape }));
}

/** Drops the nodes whose results nobody reads. */
function readNodes(nodes: readonly GraphNode[], outputs: ReadonlySet<Value>): GraphNode[] {
  const read = new Set(outputs);
  const kept: GraphNode[] = [];
  for (const node of nodes.toReversed()) {
    if (node.outputs.some((output) => read.has(output))) {
      kept.push(node);
      for (const input of node.inputs) {
        read.add(input);
      }
    }
  }
  return kept.reverse();
}

/**
 * ONNX Runtime does not run nodes in the order of the file. It walks back from the graph's last leaf, at each node
 * into the input whose node stands last in the file, and runs a node once its inputs are done. Listed in
 * reverse, that walk becomes: for the leaves in the order of the program, whatever they still need, in the order of the
 * program. So a gradient is finished as soon as the values it needs exist, and these are freed early.
 */
function inExecutionOrder(nodes: readonly GraphNode[]): readonly GraphNode[] {
  return nodes.toReversed();
}

function port(name: Value, { dtype, shape }: TensorType): TensorPort {
  return { name, dtype, shape };
}
