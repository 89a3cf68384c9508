import type { GraphNode } from './graph.js';

/** All nodes that must have run before this one can. */
export function ancestors(nodes: readonly GraphNode[], of: GraphNode): Set<GraphNode> {
  const madeBy = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const found = new Set<GraphNode>();
  const pending = [of];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const input of node.inputs) {
      const maker = madeBy.get(input);
      if (maker !== undefined && !found.has(maker)) {
        found.add(maker);
        pending.push(maker);
      }
    }
  }
  return found;
}
