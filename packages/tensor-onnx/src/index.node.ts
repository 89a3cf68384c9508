export { onnxBackend } from './onnx-backend.node.js';
export type { OnnxBackendOptions, WasmFiles } from './runtime.js';
