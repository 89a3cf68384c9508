export { type FileSource, fileSource } from './file-source.node.js';
export { loadModel, loadModelConfig } from './load-model.node.js';
export { type SaveModelOptions, saveModel } from './save-model.node.js';
