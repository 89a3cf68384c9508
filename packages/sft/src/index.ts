export { type Base, type BaseOptions, fitBase, initializeBase } from './base/base.js';
export { type Answer, type AnswerOptions, ChatModel } from './base/chat-model.js';
export { encodePrompt, type Prompt } from './base/encode-prompt.js';
export { encodeText, encodeTextPrompt } from './base/encode-text.js';
export { type LoadedTemplate, type LoadTemplateOptions, loadTemplate } from './base/load-template.js';
export {
  type DirectoryFiles,
  fetchModel,
  type ModelAndTokenizer,
  readModelDirectory,
} from './base/model-directory.js';
export { modelFiles } from './base/model-files.js';
export { endOfTextOf, stopIdsOf, stopTokensOf } from './base/stop-ids.js';
export type { SplitExample } from './examples/collect-examples.js';
export type { CompactExample } from './examples/compact-example.js';
export { contentTexts } from './examples/content-texts.js';
export {
  type ExplainedExample,
  explainExample,
  type PreparedExample,
  type PrepareOptions,
  unlearnableCharacters,
} from './examples/prepare-example.js';
export {
  type PreparedChunk,
  type PreparedExamples,
  prepareHere,
  prepareInTurns,
  prepareTurns,
} from './examples/prepare-here.js';
export {
  countRefusals,
  formatRefusals,
  type Refusal,
  type RefusalReason,
  RefusedExample,
  refusalReason,
} from './examples/refusal.js';
export {
  type EvaluationData,
  type PlannedData,
  type StepOptions,
  trainingData,
} from './examples/training-data.js';
export { formatBytes, formatCount, formatDuration, formatNumberOf, formatShare } from './format-quantity.js';
export { type Comparison, compareExamples, describeComparison } from './inspect/compare-examples.js';
export { type DataSummary, type ExampleFacts, factsOf, summarizeData } from './inspect/data-summary.js';
export { type DiffToken, diffTokens, type TokenChange } from './inspect/diff-tokens.js';
export { type Histogram, histogram } from './inspect/histogram.js';
export { saidSpans } from './inspect/said-spans.js';
export { type Origin, parseRecipe, type ReadRecipe } from './recipe/parse-recipe.js';
export {
  BACKENDS,
  type BackendName,
  LIMITS,
  type Recipe,
  type RecipeInput,
  recipeSchema,
  type TrainingInput,
  type TrainingOptions,
} from './recipe/recipe-schema.js';
export { recipeYaml } from './recipe/recipe-yaml.js';
export { type EvaluateBaseOptions, evaluateBase } from './run/evaluate-base.js';
export { type ExampleInput, fineTune, type MemoryRunOptions } from './run/fine-tune.js';
export { type PlannedRun, type PrepareAll, planRun, prepareOptions } from './run/plan-run.js';
export type { MemoryPrediction } from './run/predict-memory.js';
export type {
  CheckpointEvent,
  EvaluationEvent,
  FinishedEvent,
  Measured,
  PreparedEvent,
  RunEvent,
  RunSummary,
  SampleEvent,
  StepEvent,
  StoppedEvent,
} from './run/run-events.js';
export { SftError } from './sft-error.js';
export { ConversationKinds } from './verify/conversation-kinds.js';
export { DataFindings } from './verify/data-findings.js';
export type { Finding, Grade } from './verify/finding.js';
export { UnknownKeys } from './verify/unknown-keys.js';
