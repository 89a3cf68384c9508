import type { RenderFinding } from '@sftkit/templates';
import { expect, test } from 'vitest';
import { DataFindings } from './data-findings.js';

const prompt: RenderFinding = {
  kind: 'prompt',
  message: 1,
  problem: 'it goes on',
  prompt: 'A:',
  text: 'A: x',
};
const content: RenderFinding = { kind: 'content', message: 0, problem: 'it has parts' };

function found(file: string, ...findings: (readonly RenderFinding[])[]): DataFindings {
  const all = new DataFindings();
  findings.forEach((of, at) => {
    all.add({ findings: of, source: { file, line: at + 1 } });
  });
  return all;
}

test('each kind is said once, with the first example of it and how many have it', () => {
  const all = found('a', [], [content, content], [prompt, content], [prompt]);
  expect(all.findings(false).map(({ name, problem }) => [name, problem])).toEqual([
    ['content', '2 examples, first a:2: it has parts'],
    ['generation-prompt', '2 examples, first a:3: it goes on'],
  ]);
});

test('what is appended stands behind and adds to the counts', () => {
  const all = new DataFindings();
  const [first, second] = [found('a', [], [prompt]), found('b', [content, prompt], [content])];
  all.append(first);
  all.append(second);
  expect(all.findings(true).map(({ problem }) => problem)).toEqual([
    '2 examples, first a:2: it goes on',
    '2 examples, first b:1: it has parts',
  ]);
  // They count on their own as before.
  expect(first.findings(true).map(({ problem }) => problem)).toEqual(['1 example, first a:2: it goes on']);
});
