import type { StepReport } from '@sftkit/trainer';
import { expect, test } from 'vitest';
import { painter } from '../terminal.js';
import { progress } from './progress.js';

function shown(isTTY: boolean, steps: number): string {
  let out = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: () => {},
    isTTY,
    columns: 80,
    paint: painter(false),
  };
  const bar = progress(terminal, steps);
  for (let step = 1; step <= steps; step++) {
    bar.step({ step, loss: 2 / step, tokensPerSecond: 1234 } as StepReport, steps - step);
    if (step === 2) bar.remark('held-out loss 1.5');
  }
  bar.end();
  return out;
}

test('on a terminal one line is written over, and remarks stand alone', () => {
  const out = shown(true, 3);
  expect(out).toContain('step 3/3  loss 0.6667  1,234 tokens/s  0s left');
  expect(out).toContain('\r\u001b[Kheld-out loss 1.5\n');
  expect(out.match(/\n/g)).toHaveLength(2); // the remark and the end
});

test('elsewhere plain lines, about 25 of them however long the run is', () => {
  const lines = shown(false, 1000).split('\n');
  expect(lines.some((line) => line.includes('\r') || line.includes('\u001b'))).toBe(false);
  expect(lines[0]).toBe('step 1/1000  loss 2.0000  1,234 tokens/s  16m39s left');
  expect(lines.length).toBeLessThan(32);
  expect(lines).toContain('step 1000/1000  loss 0.0020  1,234 tokens/s  0s left');
});
