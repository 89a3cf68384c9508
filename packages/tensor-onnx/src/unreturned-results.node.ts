/**
 * Results that stay where they were written.
 *
 * ONNX Runtime writes an output into the memory that is given for it, but Node's binding then copies it once more, into
 * an array of its own that it returns: of all gradients, at every step. It makes these copies in the order of the
 * model's outputs and gives up at one that is no tensor. So a model gets such an output, first of all: an empty
 * sequence. The run then ends with the binding's complaint about it, when everything has been computed and written.
 * Where a binding does not complain, nothing is lost but the time of its copies.
 */
import type { GraphModel } from './graph/graph.js';

const SEQUENCE = 'no tensor';

/** What the binding says of the output that it cannot return. */
const COMPLAINT = /Non tensor type/;

/** The model with the output that ends a run before its results are copied. */
export function withUnreturnable({ nodes, outputs, ...model }: GraphModel): GraphModel {
  const node = { name: SEQUENCE, opType: 'SequenceEmpty', inputs: [], outputs: [SEQUENCE], attributes: {} };
  return { ...model, nodes: [...nodes, node], outputs: [{ name: SEQUENCE, dtype: 'sequence' }, ...outputs] };
}

/**
 * Runs a session of a model made by `withUnreturnable`.
 * @param run gets the outputs to ask for: null is memory of the runtime's own
 */
export async function runUnreturned<T>(
  outputs: Readonly<Record<string, T>>,
  run: (outputs: Readonly<Record<string, T | null>>) => Promise<unknown>,
): Promise<void> {
  try {
    await run({ [SEQUENCE]: null, ...outputs });
  } catch (error) {
    if (!(error instanceof Error && COMPLAINT.test(error.message))) {
      throw error;
    }
  }
}
