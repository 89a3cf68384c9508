/**
 * The order in which ONNX Runtime runs the nodes of a graph. It does not keep the order of the file: a walk goes back
 * from the leaves, and from each node into its inputs' makers, those that stand last in the file first; a node runs when the
 * walk leaves it. (`GraphViewer` and `Graph::ReverseDFSFrom` in onnxruntime/core/graph.)
 */
import type { GraphNode } from '../graph/graph.js';

export function executionOrder(nodes: readonly GraphNode[]): GraphNode[] {
  const makers = new Map(nodes.flatMap((node, at) => node.outputs.map((value) => [value, at] as const)));
  const inputs = nodes.map((node) =>
    [...new Set(node.inputs.flatMap((value) => makers.get(value) ?? []))].sort((a, b) => a - b),
  );
  const read = new Set(inputs.flat());
  const order: GraphNode[] = [];
  const seen = new Set<number>();
  const pending = nodes.flatMap((_, at) => (read.has(at) ? [] : [{ at, leaving: false }]));
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    const { at, leaving } = entry;
    if (leaving) {
      order.push(nodes[at]!);
    } else if (!seen.has(at)) {
      seen.add(at);
      pending.push({ at, leaving: true });
      pending.push(...inputs[at]!.filter((input) => !seen.has(input)).map((at) => ({ at, leaving: false })));
    }
  }
  return order;
}
