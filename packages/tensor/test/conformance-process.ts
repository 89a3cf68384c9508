/** Runs the conformance suite on WebGPU in a process of its own, whose environment names the Vulkan driver. */
import { writeFileSync } from 'node:fs';
import { trainingCheck } from '../src/conformance/index.js';
import { describeAdapter } from '../src/gpu/describe-adapter.js';
import { gpuBackend } from '../src/gpu/gpu-backend.js';
import { installWebGpu } from '../src/index.node.js';
import { conformanceReport } from './conformance-report.js';
import { largeIndexCheck } from './large-index-check.js';
import { tileBorderCheck } from './tile-border-check.js';
import { deviceWork, errorAfterDeviceComplaint, leakedBuffers } from './webgpu-checks.js';

const webGpu = await installWebGpu();
const adapter = await describeAdapter();
const report = adapter === undefined ? undefined : await conformanceReport('webgpu');
const checks = adapter === undefined ? undefined : await moreChecks();
writeFileSync(process.argv[2]!, JSON.stringify({ adapter, report, checks }));
// From here on nothing may keep the process alive: the test waits for its end.
webGpu.dispose();

async function moreChecks() {
  const backend = await gpuBackend({ mode: 'webgpu' });
  const largeIndex = await largeIndexCheck(backend);
  const tileBorders = await tileBorderCheck(backend);
  const training = await trainingCheck(backend);
  const work = await deviceWork(backend);
  const leaked = await leakedBuffers(backend);
  const complaint = await errorAfterDeviceComplaint(backend);
  await backend.dispose();
  return { largeIndex, tileBorders, training, work, leaked, complaint };
}
