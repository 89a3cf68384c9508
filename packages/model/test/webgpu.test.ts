/** Parity and the greedy text on WebGPU in Node: on the machine's GPU, else on the driver of an installed Chromium. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findSoftwareVulkan } from '@sftkit/tensor/node';
import { sharedIsPresent } from '@sftkit/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { GOLDEN_MODELS, TOLERANCE } from './parity.js';
import { prepareStories } from './stories.js';
import type { WebGpuReport } from './webgpu-process.js';

const folder = await mkdtemp(join(tmpdir(), 'sftkit-webgpu-'));
const stories = sharedIsPresent() ? await prepareStories(folder) : undefined;

async function runInProcess(env: Readonly<Record<string, string>>): Promise<WebGpuReport> {
  const report = join(folder, 'report.json');
  const script = join(import.meta.dirname, 'webgpu-process.ts');
  const resolve = process.env.SFTKIT_DIST ? [] : ['--conditions=@sftkit/source'];
  const directory = stories === undefined ? [] : [stories.directory];
  await promisify(execFile)(process.execPath, [...resolve, '--import', 'tsx', script, report, ...directory], {
    env: { ...process.env, ...env },
    timeout: 600_000,
  });
  return JSON.parse(await readFile(report, 'utf8'));
}

const own = await runInProcess({});
const software = findSoftwareVulkan();
const run = own.description === undefined && software !== undefined ? await runInProcess(software.env) : own;

afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(run.description === undefined)(
  `${run.description ?? 'gpu.js webgpu'} (needs a GPU, or the driver of an installed Chromium)`,
  () => {
    test.each(GOLDEN_MODELS)('%s against PyTorch: logits, loss and every named gradient', (name) => {
      expect(run.errors[name]).toBeLessThan(TOLERANCE);
    });

    test.skipIf(stories === undefined)('the greedy text of stories260K (needs ../shared)', () => {
      const text = stories!.decode(run.storyIds);
      expect(stories!.published.slice(0, text.length)).toBe(text);
      expect(text.length).toBeGreaterThan(400);
    });
  },
);
