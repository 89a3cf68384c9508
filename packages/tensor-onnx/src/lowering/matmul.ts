import type { Lowering } from './lowering.js';

type MatmulAttributes = {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly alpha: number;
};

/** FusedMatMul transposes and scales inside the product, for stacks of matrices too. */
export const matmul: Lowering<MatmulAttributes> = ({
  graph,
  inputs,
  attributes: { transposeA, transposeB, alpha },
}) => [
  graph.node('FusedMatMul', inputs, {
    transA: Number(transposeA),
    transB: Number(transposeB),
    alpha: { float: alpha },
  }),
];
