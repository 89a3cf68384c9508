export { onnxBackend } from './onnx-backend.js';
export type { OnnxBackendOptions } from './runtime.js';
