import { BenchError } from './bench-error.js';
import { webGpuAdapter } from './systems.js';

/** @returns its name @throws {BenchError} if WebGPU has none, or one in software */
export async function hardwareGpu(): Promise<string> {
  const adapter = await webGpuAdapter();
  if (adapter === undefined || adapter.isSoftware) {
    const found = adapter === undefined ? 'no WebGPU adapter' : `only the software adapter ${adapter.text}`;
    throw new BenchError(`--gpu: there is no hardware GPU here (${found}); nothing was measured`);
  }
  return adapter.text;
}
