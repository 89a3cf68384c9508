/** Operations that ONNX has under another name: one node each, but for sums of parts. */
import { sameShape } from '@sftkit/tensor';
import type { Lowering } from './lowering.js';

function node(opType: string): Lowering<unknown> {
  return ({ graph, inputs }) => [graph.node(opType, inputs)];
}

/** Where one of the tables is stacked of parts, part by part: then no copy of the whole is made for the sum. */
const add: Lowering<unknown> = ({ graph, inputs: [a, b], inputTypes: [typeA, typeB] }) => {
  const [whole, parts] = graph.stacks.has(b!) ? [a!, graph.stacks.get(b!)] : [b!, graph.stacks.get(a!)];
  if (parts === undefined || !sameShape(typeA!.shape, typeB!.shape)) {
    return [graph.node('Add', [a!, b!])];
  }
  let end = 0;
  const sums = parts.map(({ value, rows }) => {
    const start = end;
    end += rows;
    const from = graph.slice(whole, 0, start, end);
    return { value: graph.node('Add', [from, value]), rows, from };
  });
  return [graph.stack(sums)];
};

export const elementwise = {
  add,
  sub: node('Sub'),
  mul: node('Mul'),
  div: node('Div'),
  neg: node('Neg'),
  exp: node('Exp'),
  log: node('Log'),
  sqrt: node('Sqrt'),
  tanh: node('Tanh'),
  sigmoid: node('Sigmoid'),
};
