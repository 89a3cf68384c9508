import type { Lowering } from './lowering.js';

type AdamWAttributes = {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
};

/**
 * The old parameter and moments are each read by one node that comes before the one that writes the new
 * values, which makes the update safe in place (see `canShareMemory`).
 */
export const adamW: Lowering<AdamWAttributes> = ({
  graph,
  inputs: [parameter, gradient, m, v, scalars],
  attributes: { beta1, beta2, epsilon, weightDecay },
}) => {
  const mul = (a: string, b: string) => graph.node('Mul', [a, b]);
  const scalarAt = (index: number) =>
    graph.node('Gather', [scalars!, graph.tensor(Int32Array.of(index), [])]);
  const [learningRate, gradientScale, correction1, correction2] = [0, 1, 2, 3].map(scalarAt) as [
    string,
    string,
    string,
    string,
  ];
  const g = mul(gradient!, gradientScale);
  const newM = graph.node('Add', [mul(m!, graph.scalar(beta1)), mul(g, graph.scalar(1 - beta1))]);
  const newV = graph.node('Add', [mul(v!, graph.scalar(beta2)), mul(mul(g, g), graph.scalar(1 - beta2))]);
  const deviation = graph.node('Sqrt', [graph.node('Div', [newV, correction2])]);
  const direction = graph.node('Div', [newM, graph.node('Add', [deviation, graph.scalar(epsilon)])]);
  const step = mul(direction, graph.node('Div', [learningRate, correction1]));
  const decay = graph.node('Sub', [graph.scalar(1), mul(learningRate, graph.scalar(weightDecay))]);
  return [graph.node('Sub', [mul(parameter!, decay), step]), newM, newV];
};
