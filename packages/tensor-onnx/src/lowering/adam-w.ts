import type { AdamWAttributes } from '@sftkit/tensor';
import type { Value } from '../graph/graph.js';
import type { Lowering } from './lowering.js';

/**
 * With h = sqrt(1 - beta2) * scaled gradient: v' = beta2 v + h^2 and m' = beta1 m + (1 - beta1) / sqrt(1 - beta2) h; both
 * corrections move into the scalars, which leaves 13 passes over the elements.
 *
 * Each old value is read by one node that comes before the one that writes its new value, so the update is
 * safe in place (see `canShareMemory`).
 */
export const adamW: Lowering<AdamWAttributes> = ({
  graph,
  inputs: [parameter, gradient, m, v, scalars],
  attributes: { beta1, beta2, epsilon, weightDecay },
}) => {
  const node = (opType: string, ...inputs: readonly Value[]) => graph.node(opType, inputs);
  const scalarAt = (index: number) => node('Gather', scalars!, graph.tensor(Int32Array.of(index), []));
  const learningRate = scalarAt(0);
  const rootOfCorrection2 = node('Sqrt', scalarAt(3));
  const rate = node('Div', node('Mul', learningRate, rootOfCorrection2), scalarAt(2));
  const decay = node('Sub', graph.scalar(1), node('Mul', learningRate, graph.scalar(weightDecay)));

  const rootOfShare = Math.sqrt(1 - beta2);
  const h = node('Mul', gradient!, node('Mul', scalarAt(1), graph.scalar(rootOfShare)));
  const newM = node(
    'Add',
    node('Mul', m!, graph.scalar(beta1)),
    node('Mul', h, graph.scalar((1 - beta1) / rootOfShare)),
  );
  const newV = node('Add', node('Mul', v!, graph.scalar(beta2)), node('Mul', h, h));
  const deviation = node('Add', node('Sqrt', newV), node('Mul', rootOfCorrection2, graph.scalar(epsilon)));
  const step = node('Mul', node('Div', newM, deviation), rate);
  return [node('Sub', node('Mul', parameter!, decay), step), newM, newV];
};
