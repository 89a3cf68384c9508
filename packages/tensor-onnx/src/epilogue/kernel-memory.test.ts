import { adamW, add, type Buffer, f32, mul, referenceBackend, trace } from '@sftkit/tensor';
import { expect, test } from 'vitest';
import { onnxBackend } from '../onnx-backend.node.js';
import { MOST_ROOM_BYTES } from './adam-w-kernel.js';
import { allocateGroups, kernelAround } from './kernel-memory.js';

test('arrays of a group lie in one memory and apart, whatever their sizes are', () => {
  const sizes = [[3, 5], [16, 1], [8200]];
  const groups = allocateGroups(sizes);
  expect(groups.map((group) => group.map(({ length }) => length))).toEqual(sizes);
  const arrays = groups.flat();
  expect(new Set(arrays.map(kernelAround)).size).toBe(1);
  for (const [index, array] of arrays.entries()) array.fill(index + 1);
  for (const [index, array] of arrays.entries()) expect([...new Set(array)]).toEqual([index + 1]);
});

test('what one memory cannot hold lies in several, and a group that none can hold has memory of its own', () => {
  const half = MOST_ROOM_BYTES / 8; // elements; nothing is written to them
  const groups = allocateGroups([[half], [half / 2, half / 2], [half, half, half]]);
  const kernels = groups.map((group) => group.map(kernelAround));
  expect(kernels[0]![0]).toBeDefined();
  expect(kernels[1]).toEqual([kernels[0]![0], kernels[0]![0]]);
  expect(kernels[2]).toEqual([undefined, undefined, undefined]);
  const next = allocateGroups([[half], [half, 16]]).map((group) => kernelAround(group[0]!));
  expect(next[0]).not.toBe(next[1]);
});

test('an update of what lies there or outside, in place and elsewhere, equals the reference', async () => {
  const size = 20_003; // three pieces, the last one short
  const type = f32(size);
  const program = trace(
    { p: type, g: type, m: type, v: type, scalars: f32(4) },
    ({ p, g, m, v, scalars }) => {
      const next = adamW(p, g, m, v, scalars, { weightDecay: 0.1 });
      return { p: next.parameter, m: next.m, v: next.v };
    },
  );
  const values = (seed: number) =>
    Float32Array.from({ length: size }, (_, i) => ((i * 7919 + seed) % 1009) / 1009 - 0.5);
  const inputs = {
    p: values(1),
    g: values(2),
    m: values(3),
    v: values(4).map((x) => x * x),
    scalars: Float32Array.of(0.01, 0.5, 0.1, 0.001),
  };
  const expected = await (await referenceBackend().compile(program)).run(inputs);
  const backend = await onnxBackend({ threads: 1 });
  const executable = await backend.compile(program);
  const inKernel = async () => (await backend.bufferGroups!([[type, type, type, type, type]]))[0]!;
  const outside = () => Promise.all(Array.from({ length: 5 }, () => backend.buffer(type)));
  for (const [allocate, elsewhere] of [
    [inKernel, []],
    [inKernel, ['m']],
    [inKernel, ['p', 'm', 'v']],
    [outside, []],
    [outside, ['m']],
  ] as const) {
    const [p, g, m, v, spare] = (await allocate()) as [Buffer, Buffer, Buffer, Buffer, Buffer];
    const given: Record<string, Buffer> = { p, g, m, v };
    for (const [name, buffer] of Object.entries(given))
      await buffer.write(inputs[name as keyof typeof inputs]);
    const into: Record<string, Buffer> = { p, m, v };
    for (const name of elsewhere) into[name] = name === 'm' ? spare : await backend.buffer(type);
    await executable.run({ ...given, scalars: inputs.scalars }, into);
    for (const name of ['p', 'm', 'v']) {
      const wanted = (await expected[name]!.read()) as Float32Array;
      const got = await into[name]!.read();
      // 13 operations with a rounding each, on numbers up to 1.
      const error = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0);
      expect(error, `${name} with ${elsewhere} elsewhere`).toBeLessThan(1e-6);
    }
    expect(await g.read()).toEqual(inputs.g);
  }
  executable.dispose();
});

test('outputs over inputs of the same memory: none reads what another has written', async () => {
  const type = f32(100);
  const backend = await onnxBackend({ threads: 1 });
  const [[x, y]] = (await backend.bufferGroups!([[type, type]])) as [[Buffer, Buffer]];
  await x.write(new Float32Array(100).fill(2));
  await y.write(new Float32Array(100).fill(3));
  const swap = await backend.compile(
    trace({ x: type, y: type }, (given) => ({ x: add(given.y, given.y), y: mul(given.x, given.y) })),
  );
  await swap.run({ x, y }, { x, y });
  expect([(await x.read())[0], (await y.read())[0]]).toEqual([6, 6]);
  // A look at half of a buffer is an input of its own.
  const half = f32(50);
  const double = await backend.compile(
    trace({ a: half, b: type }, ({ a, b }) => ({ b: add(b, b), c: add(a, a) })),
  );
  const look = (await x.read({ copy: false })).subarray(50) as Float32Array;
  const { c } = await double.run({ a: look, b: x }, { b: x });
  expect([(await c!.read())[0], (await x.read())[99]]).toEqual([12, 12]);
});
