/**
 * An ONNX graph being written: nodes, initializers and the names that join them. A value is its name.
 *
 * Every node is named after the instruction it came from (`12:gather/0`), which is how an error of ONNX
 * Runtime finds its way back to the program.
 */
import type { DType, Shape } from '@sftkit/tensor';

/** Name of a value in the graph. */
export type Value = string;

/** ONNX tells integer from float attributes, JavaScript does not: `{ float: 1 }` is the float. */
export type NodeAttribute = number | string | readonly number[] | { readonly float: number };

export interface GraphNode {
  readonly name: string;
  readonly opType: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, NodeAttribute>>;
}

export interface Initializer {
  readonly name: Value;
  readonly data: Float32Array | Int32Array | BigInt64Array;
  readonly shape: Shape;
  /** Whether ONNX Runtime takes it for the default of an input, and so knows no shape that follows from it. */
  readonly isDefault: boolean;
}

/** A named input or output of the graph. */
export interface TensorPort {
  readonly name: Value;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** An output that is no tensor but a list of tensors. */
export interface SequencePort {
  readonly name: Value;
  readonly dtype: 'sequence';
}

/** What is encoded into a model. */
export interface GraphModel {
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly TensorPort[];
  readonly outputs: readonly (TensorPort | SequencePort)[];
}

/** Some rows (axis 0) of a larger value. */
export interface Rows {
  readonly value: Value;
  readonly rows: number;
  /** The same rows of another value, which these are added to. */
  readonly from?: Value | undefined;
  /** What these were before the last of their terms was added, first to last. */
  readonly sums?: readonly Value[];
}

export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly initializers = new Map<string, Initializer>();
  /** What a value is stacked of, see `stack`. */
  readonly stacks = new Map<Value, readonly Rows[]>();
  readonly #shared = new Map<string, Value>();
  #scope = '';
  #nodesInScope = 0;
  #values = 0;

  /** Names the nodes that follow: `12:gather`. */
  enter(scope: string): void {
    this.#scope = scope;
    this.#nodesInScope = 0;
  }

  /** Appends a node with one output. An empty input name leaves out an optional input. */
  node(opType: string, inputs: readonly Value[], attributes: GraphNode['attributes'] = {}): Value {
    return this.nodeOf(1, opType, inputs, attributes)[0]!;
  }

  /** Appends a node with several outputs. */
  nodeOf(
    outputs: number,
    opType: string,
    inputs: readonly Value[],
    attributes: GraphNode['attributes'] = {},
  ): readonly Value[] {
    const names = Array.from({ length: outputs }, () => `t${this.#values++}`);
    const name = `${this.#scope}/${this.#nodesInScope++}`;
    this.nodes.push({ name, opType, inputs, outputs: names, attributes });
    return names;
  }

  /** A known f32 or i32 tensor. */
  tensor(data: Float32Array | Int32Array, shape: Shape): Value {
    return this.#initializer(`tensor${this.initializers.size}`, data, shape);
  }

  /** A known f32 scalar. */
  scalar(value: number): Value {
    return this.#initializer(`f32 ${value}`, Float32Array.of(value), []);
  }

  /** Known i64 numbers, as ONNX wants shapes, axes and bounds. */
  integers(...values: readonly number[]): Value {
    return this.#integers('i64', values, true);
  }

  reshape(value: Value, shape: Shape): Value {
    return this.node('Reshape', [value, this.integers(...shape)]);
  }

  /**
   * The same value, of a shape that ONNX Runtime knows: only then does it write a result of one of `IN_PLACE` (see
   * `planSession`) over the value.
   */
  withKnownShape(value: Value, shape: Shape): Value {
    return this.node('Reshape', [value, this.#integers('shape', shape, false)]);
  }

  slice(value: Value, axis: number, start: number, end: number): Value {
    return this.node('Slice', [value, this.integers(start), this.integers(end), this.integers(axis)]);
  }

  /** A value that several instructions read and that is written once. */
  once(key: string, write: () => Value): Value {
    const value = this.#shared.get(key) ?? write();
    this.#shared.set(key, value);
    return value;
  }

  /**
   * The rows (axis 0) of several values below each other. Where the result leaves the graph, its parts can leave instead
   * and be written where they belong, and the copy is never made.
   */
  stack(parts: readonly Rows[]): Value {
    if (parts.length === 1) {
      return parts[0]!.value;
    }
    const stacked = this.node(
      'Concat',
      parts.map(({ value }) => value),
      { axis: 0 },
    );
    this.stacks.set(stacked, parts);
    return stacked;
  }

  #integers(kind: string, values: readonly number[], isDefault: boolean): Value {
    const data = BigInt64Array.from(values, BigInt);
    return this.#initializer(`${kind} ${values.join()}`, data, [values.length], isDefault);
  }

  #initializer(name: Value, data: Initializer['data'], shape: Shape, isDefault = false): Value {
    if (!this.initializers.has(name)) {
      this.initializers.set(name, { name, data, shape, isDefault });
    }
    return name;
  }
}
