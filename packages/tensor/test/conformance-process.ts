/** Runs the conformance suite on WebGPU in a process of its own, whose environment names the Vulkan driver. */
import { writeFileSync } from 'node:fs';
import { describeAdapter } from '../src/gpu/describe-adapter.js';
import { installWebGpu } from '../src/index.node.js';
import { conformanceReport } from './conformance-report.js';

const webGpu = await installWebGpu();
const adapter = await describeAdapter();
const report = adapter === undefined ? undefined : await conformanceReport('webgpu');
writeFileSync(process.argv[2]!, JSON.stringify({ adapter, report }));
// From here on nothing may keep the process alive: the test waits for its end.
webGpu.dispose();
