import type { InferenceSession } from 'onnxruntime-node';
import { Graph, type GraphModel } from '../graph/graph.js';
import { type AdamWAttributes, adamW } from '../lowering/adam-w.js';
import type { Runtime } from '../runtime.js';

/**
 * Elements of a parameter that are updated at once: few enough that the intermediate results stay in the
 * cache, enough that the fixed cost of a call (some 50 microseconds) does not show.
 */
const PIECE = 131_072;

const INPUTS = ['parameter', 'gradient', 'm', 'v', 'scalars'] as const;

/** Views on the old values and on where the new ones go; each new one may lie over its own old one. */
export interface AdamWMemory {
  readonly inputs: readonly [Float32Array, Float32Array, Float32Array, Float32Array];
  /** (4), see `adamW` in @sftkit/tensor */
  readonly scalars: Float32Array;
  /** Parameter, m, v; undefined where nobody wants it. */
  readonly outputs: readonly (Float32Array | undefined)[];
}

/** The update of one parameter as a graph over a free number of elements. */
export function adamWModel(attributes: AdamWAttributes): GraphModel {
  const graph = new Graph();
  graph.enter('0:adamW');
  const outputs = adamW({ graph, inputs: INPUTS, inputTypes: [], outputTypes: [], attributes, wanted: [] });
  return {
    nodes: graph.nodes,
    initializers: [...graph.initializers.values()],
    inputs: INPUTS.map((name) => ({ name, dtype: 'f32', shape: name === 'scalars' ? [4] : ['n'] })),
    outputs: outputs.map((name) => ({ name, dtype: 'f32', shape: ['n'] })),
  };
}

/** Runs the session of an `adamWModel` over all elements, piece by piece. */
export async function streamAdamW(
  runtime: Runtime,
  session: InferenceSession,
  { inputs, scalars, outputs }: AdamWMemory,
): Promise<void> {
  const size = inputs[0].length;
  const scalarsTensor = new runtime.Tensor('float32', scalars, [4]);
  for (let start = 0; start < size; start += PIECE) {
    const end = Math.min(size, start + PIECE);
    const piece = (data: Float32Array) =>
      new runtime.Tensor('float32', data.subarray(start, end), [end - start]);
    const [parameter, gradient, m, v] = inputs.map(piece);
    const feeds = { parameter: parameter!, gradient: gradient!, m: m!, v: v!, scalars: scalarsTensor };
    const fetches = session.outputNames.flatMap((name, slot) => {
      const output = outputs[slot];
      return output === undefined ? [] : [[name, piece(output)] as const];
    });
    await session.run(feeds, Object.fromEntries(fetches));
  }
}
