import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { metricsFile } from '../src/index.node.js';

test('a resumed run drops the lines of steps that it makes again, and a line cut by a crash', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sftkit-metrics-'));
  const path = join(directory, 'metrics.jsonl');
  await writeFile(path, '{"step":1}\n{"step":2}\n{"step":3}\n{"st');
  const file = await metricsFile(path, { fromStep: 2 });
  await file.append({ step: 3, loss: 0.5 });
  expect(await readFile(path, 'utf8')).toBe('{"step":1}\n{"step":2}\n{"step":3,"loss":0.5}\n');
  await rm(directory, { recursive: true });
});
