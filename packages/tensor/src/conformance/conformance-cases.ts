import { attentionCases } from './attention-cases.js';
import { blockCases } from './block-cases.js';
import type { ConformanceCase } from './conformance-case.js';
import { elementwiseCases } from './elementwise-cases.js';
import { indexCases } from './index-cases.js';
import { lossCases } from './loss-cases.js';
import { matrixCases } from './matrix-cases.js';
import { normCases } from './norm-cases.js';
import { optimizerCases } from './optimizer-cases.js';
import { randomCases } from './random-cases.js';
import { shapeCases } from './shape-cases.js';

/** Every operation and every gradient, with the sizes at which kernels go wrong. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...elementwiseCases,
  ...matrixCases,
  ...shapeCases,
  ...indexCases,
  ...normCases,
  ...randomCases,
  ...attentionCases,
  ...lossCases,
  ...optimizerCases,
  ...blockCases,
];
