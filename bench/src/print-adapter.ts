/** Prints, as JSON, the adapter that WebGPU has in Node; nothing if there is none. */
import { describeAdapter } from '@sftkit/tensor';
import { installWebGpu } from '@sftkit/tensor/node';

const { dispose } = await installWebGpu();
const adapter = await describeAdapter();
if (adapter !== undefined) {
  process.stdout.write(JSON.stringify(adapter));
}
dispose();
