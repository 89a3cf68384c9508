import type { AttributesOf, OperationName } from '@sftkit/tensor';
import { activations } from './activations.js';
import { adamW } from './adam-w.js';
import { attention } from './attention.js';
import { attentionBlocks } from './attention-blocks.js';
import { elementwise } from './elementwise.js';
import { headCrossEntropy } from './head-cross-entropy.js';
import { indexing } from './indexing.js';
import { layout } from './layout.js';
import type { Lowering } from './lowering.js';
import { matmul } from './matmul.js';
import { normalization } from './normalization.js';
import { random } from './random.js';
import { reduction } from './reduction.js';

/** How each operation is written in ONNX: exactly one entry per operation of @sftkit/tensor. */
export const lowerings = {
  ...elementwise,
  ...activations,
  ...attention,
  ...attentionBlocks,
  ...indexing,
  ...layout,
  ...normalization,
  ...random,
  ...reduction,
  adamW,
  headCrossEntropy,
  matmul,
} satisfies { readonly [N in OperationName]: Lowering<AttributesOf<N>> };
