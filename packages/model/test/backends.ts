import { type Backend, gpuBackend, referenceBackend } from '@sftkit/tensor';
import { onnxBackend } from '@sftkit/tensor-onnx';

/** The backends that every machine has. One thread each: tests run side by side. */
export const BACKENDS: readonly { readonly name: string; readonly create: () => Promise<Backend> }[] = [
  { name: 'reference', create: async () => referenceBackend() },
  { name: 'onnx', create: () => onnxBackend({ threads: 1 }) },
  { name: 'gpu.js webasm', create: () => gpuBackend({ mode: 'webasm' }) },
  { name: 'gpu.js cpu', create: () => gpuBackend({ mode: 'cpu' }) },
];
