import type { Graph, Value } from '../graph/graph.js';
import type { Lowering } from './lowering.js';

type GeluAttributes = { readonly approximate: 'tanh' | 'none' };

const SQRT_HALF = Math.SQRT1_2;
const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
/** The cubic term of gelu's tanh form (Hendrycks and Gimpel, 2016). */
const CUBIC = 0.044715;

/** x * sigmoid(x): what ONNX Runtime calls QuickGelu with alpha 1, one pass instead of two. */
function siluNode(graph: Graph, x: Value): Value {
  return graph.node('QuickGelu', [x], { alpha: { float: 1 } });
}

/** s (1 + x - y) g with s = sigmoid(x), y = x s: five passes where the textbook form takes six. */
const siluGradient: Lowering<unknown> = ({ graph, inputs: [x, g] }) => {
  const y = siluNode(graph, x!);
  const bracket = graph.node('Add', [graph.node('Sub', [x!, y]), graph.scalar(1)]);
  const slope = graph.node('Mul', [graph.node('Sigmoid', [x!]), bracket]);
  return [graph.node('Mul', [slope, g!])];
};

/** The tanh form is x s with s = sigmoid(2 u), u = c (x + a x^3), so its slope is s + x s (1 - s) 2 u'. */
function tanhGeluSlope(graph: Graph, x: Value): Value {
  const square = graph.node('Mul', [x, x]);
  const twoC = 2 * SQRT_2_OVER_PI;
  const inner = graph.node('Add', [
    graph.node('Mul', [square, graph.scalar(twoC * CUBIC)]),
    graph.scalar(twoC),
  ]);
  const s = graph.node('Sigmoid', [graph.node('Mul', [x, inner])]);
  const innerSlope = graph.node('Add', [
    graph.node('Mul', [square, graph.scalar(3 * twoC * CUBIC)]),
    graph.scalar(twoC),
  ]);
  const rest = graph.node('Mul', [
    graph.node('Sub', [graph.scalar(1), s]),
    graph.node('Mul', [x, innerSlope]),
  ]);
  return graph.node('Mul', [s, graph.node('Add', [rest, graph.scalar(1)])]);
}

/** Phi(x) + x phi(x), the normal distribution and its density. */
function erfGeluSlope(graph: Graph, x: Value): Value {
  const erf = graph.node('Erf', [graph.node('Mul', [x, graph.scalar(SQRT_HALF)])]);
  const distribution = graph.node('Add', [graph.node('Mul', [erf, graph.scalar(0.5)]), graph.scalar(0.5)]);
  const exponent = graph.node('Mul', [graph.node('Mul', [x, x]), graph.scalar(-0.5)]);
  const density = graph.node('Mul', [
    graph.node('Exp', [exponent]),
    graph.scalar(1 / Math.sqrt(2 * Math.PI)),
  ]);
  return graph.node('Add', [distribution, graph.node('Mul', [x, density])]);
}

const relu: Lowering<unknown> = ({ graph, inputs: [x] }) => [graph.node('Relu', [x!])];

const reluGradient: Lowering<unknown> = ({ graph, inputs: [x, g] }) => {
  const isAbove = graph.node('Greater', [x!, graph.scalar(0)]);
  return [graph.node('Where', [isAbove, g!, graph.scalar(0)])];
};

const silu: Lowering<unknown> = ({ graph, inputs: [x] }) => [siluNode(graph, x!)];

const gelu: Lowering<GeluAttributes> = ({
  graph,
  inputs: [x],
  inputTypes: [type],
  attributes: { approximate },
}) => {
  const opType = approximate === 'tanh' ? 'FastGelu' : 'Gelu';
  if (type!.shape.length > 0) {
    return [graph.node(opType, [x!])];
  }
  return [graph.reshape(graph.node(opType, [graph.reshape(x!, [1])]), [])]; // FastGelu refuses scalars
};

const geluGradient: Lowering<GeluAttributes> = ({ graph, inputs: [x, g], attributes: { approximate } }) => {
  const slope = approximate === 'tanh' ? tanhGeluSlope(graph, x!) : erfGeluSlope(graph, x!);
  return [graph.node('Mul', [slope, g!])];
};

export const activations = { relu, reluGradient, silu, siluGradient, gelu, geluGradient };
