/**
 * The checks of this folder on WebGPU, in a process of its own: the driver is chosen by the environment at start.
 *
 *     node --conditions=@sftkit/source --import tsx webgpu-process.ts REPORT.json [STORIES_DIRECTORY]
 */
import { writeFile } from 'node:fs/promises';
import { BackendError, gpuBackend } from '@sftkit/tensor';
import { installWebGpu } from '@sftkit/tensor/node';
import { TokenGenerator } from '../src/index.js';
import { loadModel } from '../src/index.node.js';
import { GOLDEN_MODELS, measureParity, readGolden } from './parity.js';
import { STORY_TOKENS } from './stories.js';

/** What the process writes; without `description` there is no WebGPU here. */
export interface WebGpuReport {
  readonly description?: string;
  /** Largest relative error of logits, loss and gradients, by model. */
  readonly errors: Readonly<Record<string, number>>;
  /** Greedy ids of stories260K. */
  readonly storyIds: readonly number[];
}

async function check(storiesDirectory: string | undefined): Promise<WebGpuReport> {
  const backend = await gpuBackend({ mode: 'webgpu' });
  const errors: Record<string, number> = {};
  for (const name of GOLDEN_MODELS) {
    const { logits, loss, gradients } = await measureParity(await readGolden(name), backend);
    errors[name] = Math.max(logits, loss, ...gradients.values());
  }
  let storyIds: readonly number[] = [];
  if (storiesDirectory !== undefined) {
    const { model, weights } = await loadModel(storiesDirectory);
    const generator = await TokenGenerator.create(model, weights, backend, { contextLength: 224 });
    storyIds = (await generator.generate([1], { maxNewTokens: STORY_TOKENS })).ids;
    await generator.dispose();
  }
  await backend.dispose();
  return { description: backend.description, errors, storyIds };
}

const [report, storiesDirectory] = process.argv.slice(2);
const webGpu = await installWebGpu();
const result = await check(storiesDirectory).catch((error: unknown): WebGpuReport => {
  if (error instanceof BackendError) {
    return { errors: {}, storyIds: [] };
  }
  throw error;
});
await writeFile(report!, JSON.stringify(result));
webGpu.dispose();
