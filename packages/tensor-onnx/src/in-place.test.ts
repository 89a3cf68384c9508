import {
  adamW,
  add,
  type Buffer,
  f32,
  gather,
  grad,
  headCrossEntropy,
  i32,
  matmul,
  mul,
  type NumericArray,
  type Program,
  referenceBackend,
  replay,
  reshape,
  scatterAdd,
  sizeOf,
  sub,
  sumOfSquares,
  trace,
} from '@sftkit/tensor';
import { expect, test } from 'vitest';
import { canOverwrite, canShareMemory } from './in-place.js';
import { lowerProgram, portsOf } from './lowering/lower-program.js';
import { onnxBackend } from './onnx-backend.node.js';

const x2 = f32(2, 2);

/** Every output of the program over every input of its type; the results must be those of separate memory. */
async function expectOverwritable(program: Program, inputs: Record<string, NumericArray>): Promise<void> {
  const backend = await onnxBackend({ threads: 2 });
  const executable = await backend.compile(program);
  const reference = await (await referenceBackend().compile(program)).run(inputs);
  for (const [input, id] of Object.entries(program.inputs)) {
    for (const [output, outputId] of Object.entries(program.outputs)) {
      const type = program.values[id]!;
      const outputType = program.values[outputId]!;
      if (type.dtype !== outputType.dtype || type.shape.join() !== outputType.shape.join()) {
        continue;
      }
      const buffer = await backend.buffer(type, inputs[input]!);
      const results: Record<string, Buffer> = await executable.run(
        { ...inputs, [input]: buffer },
        { [output]: buffer },
      );
      for (const [name, expected] of Object.entries(reference)) {
        const got = await (name === output ? buffer : results[name]!).read();
        const wanted = await expected.read();
        // Small numbers and few operations: some roundings of 6e-8 each.
        for (const [i, value] of wanted.entries()) {
          expect(
            Math.abs(got[i]! - value) / Math.max(1, Math.abs(value)),
            `${name}[${i}] with ${output} over ${input}`,
          ).toBeLessThan(1e-6);
        }
      }
    }
  }
  executable.dispose();
}

const values = (program: Program) =>
  Object.fromEntries(
    Object.entries(program.inputs).map(([name, id], seed) => {
      const { dtype, shape } = program.values[id]!;
      const size = sizeOf(shape);
      return [
        name,
        dtype === 'i32'
          ? Int32Array.from({ length: size }, (_, i) => (i * 2) % 3)
          : Float32Array.from({ length: size }, (_, i) => 0.1 + ((7 * i + 3 * seed) % 10) / 10),
      ];
    }),
  );

const programs: Record<string, Program> = {
  'a chain': trace({ x: x2, y: x2 }, ({ x, y }) => ({ z: sub(mul(x, y), y) })),
  'an input that a later node reads': trace({ x: x2, y: x2 }, ({ x, y }) => {
    const sum = add(x, y);
    return { sum, product: mul(sum, x) };
  }),
  'a product, which reads elements it has written over': trace({ x: x2, y: x2 }, ({ x, y }) => ({
    z: matmul(x, y),
  })),
  'a reshaped input': trace({ x: x2, y: x2 }, ({ x, y }) => ({
    z: add(y, y),
    w: add(reshape(y, [4]), reshape(x, [4])),
  })),
  'inputs that leave as outputs': trace({ x: x2, y: x2 }, ({ x, y }) => ({ x: y, y: x, z: add(x, y) })),
  'two updates that share a gradient': trace({ p: x2, g: x2, m: x2, v: x2, q: x2, s: f32(4) }, (t) => {
    const first = adamW(t.p, t.g, t.m, t.v, t.s);
    const second = adamW(t.q, t.g, t.m, t.v, t.s);
    return { p: first.parameter, m: first.m, v: first.v, q: second.parameter };
  }),
  'an update of a gradient made in the same program': trace(
    { p: x2, x: x2, m: x2, v: x2, s: f32(4) },
    (t) => {
      const next = adamW(t.p, mul(t.x, t.p), t.m, t.v, t.s);
      return { p: next.parameter, m: next.m, v: next.v, norm: sumOfSquares(t.p) };
    },
  ),
  'rows added to a table': trace({ x: f32(3, 2), ids: i32(3), y: f32(3, 2) }, ({ x, ids, y }) => ({
    table: scatterAdd(x, ids, 3),
    sum: add(mul(y, y), scatterAdd(y, ids, 3)),
    rows: gather(x, ids),
  })),
};

test.each(Object.entries(programs))('%s', async (_, program) => {
  await expectOverwritable(program, values(program));
});

test('AdamW needs no second copy of parameters and moments', () => {
  const program = programs['an update of a gradient made in the same program']!;
  const lowered = lowerProgram(program);
  expect(['p', 'm', 'v'].map((name) => canOverwrite(program, lowered, name, name))).toEqual([
    true,
    true,
    true,
  ]);
  expect(canOverwrite(program, lowered, 'm', 'v')).toBe(false);
});

test.each([
  ['one chunk', 6],
  ['three chunks', 2],
])(
  'a tied head summed over micro-batches in place, %s: parts of the vocabulary, and the rows of the embedding',
  async (_, chunkRows) => {
    const [V, C, N] = [5000, 4, 6];
    const types = {
      table: f32(V, C),
      before: f32(V, C),
      ids: i32(N),
      labels: i32(N),
      weights: f32(N),
    };
    const gradients = grad(
      trace(
        { table: types.table, ids: types.ids, labels: types.labels, weights: types.weights },
        ({ table, ids, labels, weights }) => ({
          loss: headCrossEntropy(gather(table, ids), table, labels, weights, { chunkRows }).loss,
        }),
      ),
      { of: 'loss', withRespectTo: ['table'] },
    );
    const program = trace(types, ({ before, ...given }) => ({
      sum: add(before!, replay(gradients, given)['gradient/table']!),
    }));
    const lowered = lowerProgram(program);
    expect(lowered.outputs.get('sum')).toHaveLength(3);
    expect(canOverwrite(program, lowered, 'before', 'sum')).toBe(true);
    expect(canOverwrite(program, lowered, 'table', 'sum')).toBe(false);
    const { nodes } = lowered.model;
    expect(nodes.filter(({ opType }) => opType === 'Add').length).toBe(N / chunkRows - 1); // none of tables
    for (const part of lowered.outputs.get('sum')!) {
      const written = portsOf(part).map(({ name }) => name);
      expect(written).toHaveLength(N / chunkRows);
      for (const [i, next] of written.slice(1).entries()) {
        expect(canShareMemory(nodes, written[i]!, next)).toBe(true);
      }
    }

    const backend = await onnxBackend({ threads: 2 });
    const executable = await backend.compile(program);
    const inputs = values(program);
    const apart = await executable.run(inputs);
    const buffer = await backend.buffer(types.before, inputs.before);
    await executable.run({ ...inputs, before: buffer }, { sum: buffer });
    expect(await buffer.read()).toEqual(await apart.sum!.read());

    const expected = await (await (await referenceBackend().compile(program)).run(inputs)).sum!.read();
    // Sums of 5,000 like terms, whose roundings go one way: 1.5e-5 for the hidden states' gradient.
    const errors = [...(await buffer.read())].map((value, i) => Math.abs(value - expected[i]!));
    expect(Math.max(...errors)).toBeLessThan(5e-5);
  },
);
