export { onnxBackend } from './onnx-backend.js';
export type { OnnxBackendOptions, WasmFiles } from './runtime.js';
