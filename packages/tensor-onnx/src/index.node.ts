export { onnxBackend } from './onnx-backend.node.js';
export type { OnnxBackendOptions } from './runtime.js';
