export { loadBase } from './base/load-base.node.js';
export { loadFinished, type OpenModelOptions, openModel } from './base/open-model.node.js';
export {
  ADD_ONNX,
  ADD_WEBGPU,
  type ChosenBackend,
  chooseBackend,
  findAdapter,
  loadOnnx,
} from './choose-backend.node.js';
export { PreparationPool } from './examples/preparation-pool.node.js';
export {
  type PrepareExamplesOptions,
  type PrepareStreamOptions,
  prepareExamples,
  prepareStream,
} from './examples/prepare-examples.node.js';
export { type ReadOptions, readDataFile, readDataFiles } from './examples/read-data.node.js';
export {
  explain,
  groupUnshown,
  type InspectedData,
  type InspectedExample,
  inspectExamples,
  isShown,
  readInspected,
  SHOWN,
} from './inspect/inspect-examples.node.js';
export { type Inspection, openInspection } from './inspect/open-inspection.node.js';
export { readRecipe } from './recipe/read-recipe.node.js';
export { type FineTuneOptions, fineTune } from './run/fine-tune.node.js';
export { type PreparedRun, prepareRun } from './run/prepare-run.node.js';
export { type RunDirectory, runDirectory } from './run/run-directory.node.js';
export { type RunControls, runRecipe } from './run/run-recipe.node.js';
export { type ModelFacts, verifyModel } from './verify/verify-model.node.js';
