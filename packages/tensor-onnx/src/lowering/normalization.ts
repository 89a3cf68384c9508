import { sizeOf } from '@sftkit/tensor';
import type { Graph, Value } from '../graph/graph.js';
import type { Lowering, LoweringCall } from './lowering.js';

type NormAttributes = { readonly epsilon: number };

const rmsNorm: Lowering<NormAttributes> = ({ graph, inputs, attributes: { epsilon } }) => [
  graph.node('SimplifiedLayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } }),
];

const layerNorm: Lowering<NormAttributes> = ({ graph, inputs, attributes: { epsilon } }) => [
  graph.node('LayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } }),
];

/** Sum over all rows, as a product with a row of ones: that is the fast path for tall matrices. */
function sumRows(graph: Graph, x: Value, rows: number, width: number): Value {
  const ones = graph.tensor(new Float32Array(rows).fill(1), [1, rows]);
  return graph.reshape(graph.node('MatMul', [ones, x]), [width]);
}

/**
 * With n = x normalised and r = 1 / standard deviation: h = g n, dweight = sum of h over the rows, and
 * dx = r (g w - n mean(h w)), for layerNorm also minus mean(g w). The means are products with w / C.
 */
function gradientOf(centred: boolean): Lowering<NormAttributes> {
  return ({
    graph,
    inputs: [x, weight, g],
    inputTypes: [type],
    attributes: { epsilon },
  }: LoweringCall<NormAttributes>) => {
    const width = type!.shape.at(-1)!;
    const rows = sizeOf(type!.shape) / width;
    const flat = [rows, width];
    const rowOfOnes = graph.tensor(new Float32Array(width).fill(1), [width]);
    const attributes = { axis: -1, epsilon: { float: epsilon } };
    const flatX = graph.reshape(x!, flat);
    const flatG = graph.reshape(g!, flat);
    let normal: Value;
    let scale: Value;
    if (centred) {
      [normal, , scale] = graph.nodeOf(3, 'LayerNormalization', [flatX, rowOfOnes], attributes) as [
        Value,
        Value,
        Value,
      ];
    } else {
      [normal, scale] = graph.nodeOf(2, 'SimplifiedLayerNormalization', [flatX, rowOfOnes], attributes) as [
        Value,
        Value,
      ];
    }
    const h = graph.node('Mul', [flatG, normal]);
    const weightShare = graph.reshape(graph.node('Mul', [weight!, graph.scalar(1 / width)]), [width, 1]);
    const projection = graph.node('Mul', [normal, graph.node('MatMul', [h, weightShare])]);
    let rest = graph.node('Sub', [graph.node('Mul', [flatG, weight!]), projection]);
    if (centred) {
      rest = graph.node('Sub', [rest, graph.node('MatMul', [flatG, weightShare])]);
    }
    const dx = graph.reshape(graph.node('Mul', [rest, scale]), type!.shape);
    const dweight = sumRows(graph, h, rows, width);
    return centred ? [dx, dweight, sumRows(graph, flatG, rows, width)] : [dx, dweight];
  };
}

export const normalization = {
  rmsNorm,
  rmsNormGradient: gradientOf(false),
  layerNorm,
  layerNormGradient: gradientOf(true),
};
