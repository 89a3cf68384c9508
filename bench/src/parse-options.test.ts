import { expect, test } from 'vitest';
import { parseOptions } from './parse-options.js';

test('without flags: all shapes but those on request, whatever is there, all tokens and a share', () => {
  const options = parseOptions([]);
  expect(options.shapes.map(({ name }) => name)).toEqual(['0.26M', '15M', '50M']);
  expect(options).toMatchObject({ backends: undefined, rounds: 9, supervisedShares: [1, 0.4] });
});

test('flags choose, also behind the "--" that pnpm hands on', () => {
  const options = parseOptions(
    '-- --quick --json --shape 135M --shape 15M --backend jax --backend onnx'.split(' '),
  );
  expect(options.shapes.map(({ name }) => name)).toEqual(['135M', '15M']);
  expect(options.backends!.map(({ name }) => name)).toEqual(['jax', 'onnx']);
  expect(options).toMatchObject({ quick: true, json: true, rounds: 3, supervisedShares: [0.4] });
  expect(parseOptions(['--throughput'])).toMatchObject({ throughput: true, shapes: [] });
  expect(parseOptions(['--gpu', '--peak', '67']).peakFlopsPerSecond).toBe(67e12);
});

test.each([
  ['--shape 1B', '--shape: expected one of 0.26M, 15M, 50M, 135M; got 1B'],
  [
    '--backend cuda',
    'expected one of onnx, torch, onnx-block, webgpu, webasm, jax, tfjs, torch-cuda; got cuda',
  ],
  ['--fast', "Unknown option '--fast'; known: --shape, --backend"],
  ['--rounds 0', '--rounds: expected a positive number, got 0'],
  ['--rounds 1.5', '--rounds: expected a whole number, got 1.5'],
  ['--gpu --peak much', '--peak: expected a positive number, got much'],
  ['--peak 67', '--peak: expected beside --gpu'],
])('%s is refused with what was expected', (flags, message) => {
  expect(() => parseOptions(flags.split(' '))).toThrow(message);
});
