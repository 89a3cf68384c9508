import type { GraphModel } from './graph/graph.js';

/**
 * The node that keeps a model from being compiled, where ONNX Runtime does not say it: as WebAssembly it does not
 * name a node whose shapes do not fit. The shortest part of the model that is refused ends with that node.
 * @param accepts whether a model is compiled
 * @returns the node's name, or undefined if no node is to blame
 */
export async function findRefusedNode(
  model: GraphModel,
  accepts: (part: GraphModel) => Promise<boolean>,
): Promise<string | undefined> {
  const nodes = model.nodes.toReversed(); // in the order of the program: each first part of it is a program too
  const part = (length: number): GraphModel => ({
    ...model,
    nodes: nodes.slice(0, length),
    outputs: nodes.slice(0, length).map(({ outputs }) => ({ name: outputs[0]!, dtype: 'sequence' })), // whatever their type
  });
  let accepted = 0;
  let refused = nodes.length;
  if (await accepts(part(refused))) {
    return undefined;
  }
  while (refused - accepted > 1) {
    const middle = Math.floor((accepted + refused) / 2);
    if (await accepts(part(middle))) {
      accepted = middle;
    } else {
      refused = middle;
    }
  }
  return nodes[accepted]!.name;
}
