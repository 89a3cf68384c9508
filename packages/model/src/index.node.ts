export { type FileSource, fileSource } from './file-source.node.js';
export { type LoadedModel, loadModel, loadModelConfig, type ModelDescription } from './load-model.node.js';
export { type SaveModelOptions, saveModel } from './save-model.node.js';
