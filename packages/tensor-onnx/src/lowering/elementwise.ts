/** Operations that ONNX has under another name: one node each. */
import type { Lowering } from './lowering.js';

function node(opType: string): Lowering<unknown> {
  return ({ graph, inputs }) => [graph.node(opType, inputs)];
}

export const elementwise = {
  add: node('Add'),
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
