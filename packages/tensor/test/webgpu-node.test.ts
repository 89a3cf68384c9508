/**
 * The conformance suite on WebGPU in Node: on the machine's GPU, else on SwiftShader, the driver without a GPU
 * that comes with Chromium. The driver is chosen by the environment at start, hence the process of its own.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { AdapterDescription } from '../src/gpu/describe-adapter.js';
import { findSoftwareVulkan } from '../src/index.node.js';
import { bundle } from './bundle.js';
import type { ConformanceReport } from './conformance-report.js';

// Inside the package, so that Node finds gpu.js and webgpu from there.
const folder = join(import.meta.dirname, '..', '.cache');

async function runInProcess(env: Readonly<Record<string, string>>) {
  const answer = join(folder, 'webgpu-report.json');
  await promisify(execFile)(process.execPath, [join(folder, 'conformance-process.mjs'), answer], {
    env: { ...process.env, ...env },
    timeout: 300_000,
  });
  return JSON.parse(readFileSync(answer, 'utf8')) as {
    readonly adapter?: AdapterDescription;
    readonly report?: ConformanceReport;
    readonly checks?: {
      readonly largeIndex: readonly string[];
      readonly tileBorders: readonly string[];
      readonly training: readonly string[];
      readonly work: { readonly submissions: number; readonly buffers: number };
      readonly leaked: number;
      readonly complaint: string;
    };
  };
}

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'conformance-process.mjs'), await bundle('conformance-process.ts', 'node'));
const own = await runInProcess({});
const software = findSoftwareVulkan();
const run = own.report === undefined && software !== undefined ? await runInProcess(software.env) : own;

describe.skipIf(run.report === undefined)(
  'gpu.js webgpu in Node (needs a GPU, or the driver of an installed Chromium)',
  () => {
    it('says which adapter it runs on', () => {
      expect(run.report?.description).toBe(`gpu.js webgpu on ${run.adapter?.text}`);
    });

    it.each(run.report?.results.map((result) => [result.name, result] as const) ?? [])('%s', (_, result) => {
      expect(result.failures).toEqual([]);
    });

    it('indexes arrays of more than 2^24 elements', () => {
      expect(run.checks?.largeIndex).toEqual([]);
    });

    it('multiplies matrices whose sizes lie about the borders of a tile', () => {
      expect(run.checks?.tileBorders).toEqual([]);
    });

    it('trains a small model with the losses of the reference', () => {
      expect(run.checks?.training).toEqual([]);
    });

    it('makes no buffer in a repeated step of training, and submits it in three pieces', () => {
      expect(run.checks?.work.buffers).toBe(0);
      // The gradient's kernels, the read of the loss, the update's kernels.
      expect(run.checks?.work.submissions).toBe(3);
    });

    it('leaves no buffer on the device after a run', () => {
      expect(run.checks?.leaked).toBe(0);
    });

    it('raises what the device complains about at the next read', () => {
      expect(run.checks?.complaint).toMatch(/^BackendError: gpu.js webgpu: reading 2 numbers .* failed: /);
    });
  },
);

describe.skipIf(software === undefined)('a driver without a GPU (needs Chromium)', () => {
  it('is told from a GPU', () => {
    expect(run.adapter?.isSoftware).toBe(own.report === undefined);
  });
});
