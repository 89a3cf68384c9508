export { type EncodeConversationOptions, encodeConversation } from './encode-conversation.js';
export {
  type DropReason,
  type FitExamplesOptions,
  type FittedExamples,
  fitExamples,
  type OverlongPolicy,
} from './fit-examples.js';
export { type ExplainedMask, formatMask, type MaskedPiece, maskedPieces } from './format-mask.js';
export {
  type MaskConversationOptions,
  type MaskedConversation,
  maskConversation,
} from './mask-conversation.js';
export {
  MaskError,
  type MaskExampleOptions,
  type MaskedConversationExample,
  maskExample,
} from './mask-example.js';
export { formatReport, type MaskReport, type SummarizeOptions, summarize } from './mask-report.js';
export { maskText } from './mask-text.js';
export { MaskingError } from './masking-error.js';
export { type PackOptions, pack } from './pack.js';
export { type PackRowsOptions, packRows, type Row } from './pack-rows.js';
export { plainRanges } from './plain-ranges.js';
export { type RowOrderOptions, rowOrder } from './row-order.js';
export { supervisedSpans, type WeightedSpan } from './supervised-spans.js';
export type { MaskPolicy, SupervisionOptions } from './supervision-options.js';
export { type ToBatchOptions, toBatch } from './to-batch.js';
export { tokenRoles } from './token-roles.js';
export { type Batch, IGNORE_INDEX, type MaskedExample } from './types.js';
export { type MaskFinding, type MaskFindingKind, type VerifyMaskOptions, verifyMask } from './verify-mask.js';
