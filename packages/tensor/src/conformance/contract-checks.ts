/** What every backend promises beyond its operations: buffers, destinations, errors, repetition. */
import type { Backend, Buffer } from '../backend.js';
import { checkpointBlocks } from '../checkpoint-blocks.js';
import { grad } from '../grad.js';
import { adamW } from '../ops/adam-w.js';
import { add } from '../ops/add.js';
import { dropout } from '../ops/dropout.js';
import { exp } from '../ops/exp.js';
import { matmul } from '../ops/matmul.js';
import { mul } from '../ops/mul.js';
import { softmax } from '../ops/softmax.js';
import { sum } from '../ops/sum.js';
import { tanh } from '../ops/tanh.js';
import { dropoutKey } from '../random/dropout-key.js';
import { BackendError, TensorError } from '../tensor-error.js';
import { block, constant, f32, i32, type Tensor, trace } from '../trace.js';

export interface ContractCheck {
  readonly name: string;
  /** @throws {TensorError} with the broken promise */
  check(backend: Backend): Promise<void>;
}

const twice = trace({ x: f32(3) }, ({ x }) => ({ y: add(x, x) }));

export const contractChecks: readonly ContractCheck[] = [
  {
    name: 'a buffer starts at 0, holds what is written, and reads as its element type',
    async check(backend) {
      const floats = await backend.buffer(f32(2, 2));
      expectEqual('a fresh buffer', await floats.read(), Float32Array.of(0, 0, 0, 0));
      await floats.write(Float32Array.of(1, -2, 3.5, 4));
      expectEqual('a written buffer', await floats.read(), Float32Array.of(1, -2, 3.5, 4));
      const integers = await backend.buffer(i32(3), Int32Array.of(5, 0, 151_935));
      expectEqual('a buffer of integers', await integers.read(), Int32Array.of(5, 0, 151_935));
      const scalar = await backend.buffer(f32(), Float32Array.of(7));
      expectEqual('a scalar', await scalar.read(), Float32Array.of(7));
      for (const buffer of [floats, integers, scalar]) {
        buffer.dispose();
      }
    },
  },
  {
    name: 'what is read is a copy',
    async check(backend) {
      const buffer = await backend.buffer(f32(2), Float32Array.of(1, 2));
      (await buffer.read()).fill(9);
      expectEqual('the buffer', await buffer.read(), Float32Array.of(1, 2));
      buffer.dispose();
    },
  },
  {
    name: 'wrong data, missing, unknown and misshapen inputs are refused',
    async check(backend) {
      const buffer = await backend.buffer(f32(3));
      await expectRefusal('too little data', () => buffer.write(Float32Array.of(1)));
      const executable = await backend.compile(twice);
      await expectRefusal('a missing input', () => executable.run({}));
      await expectRefusal('an unknown input', () => executable.run({ x: buffer, z: buffer }));
      await expectRefusal('too many elements', () => executable.run({ x: new Float32Array(4) }));
      const integers = await backend.buffer(i32(3));
      await expectRefusal('integers for floats', () => executable.run({ x: integers }));
      await expectRefusal('an unknown destination', () => executable.run({ x: buffer }, { z: buffer }));
      executable.dispose();
      buffer.dispose();
      integers.dispose();
    },
  },
  {
    name: 'runs repeat, from arrays and from buffers, and leave their inputs alone',
    async check(backend) {
      const executable = await backend.compile(twice);
      const x = await backend.buffer(f32(3), Float32Array.of(1, 2, 3));
      for (const input of [x, Float32Array.of(1, 2, 3), x, Float64Array.of(1, 2, 3)]) {
        const { y } = await executable.run({ x: input });
        expectEqual('the result', await y!.read(), Float32Array.of(2, 4, 6));
        y!.dispose();
      }
      expectEqual('the input', await x.read(), Float32Array.of(1, 2, 3));
      executable.dispose();
      x.dispose();
    },
  },
  {
    name: 'results outlive later runs and their executable',
    async check(backend) {
      const executable = await backend.compile(twice);
      const { y: first } = await executable.run({ x: Float32Array.of(1, 2, 3) });
      const { y: second } = await executable.run({ x: Float32Array.of(4, 5, 6) });
      executable.dispose();
      expectEqual('the first result', await first!.read(), Float32Array.of(2, 4, 6));
      expectEqual('the second result', await second!.read(), Float32Array.of(8, 10, 12));
      first!.dispose();
      second!.dispose();
    },
  },
  {
    name: 'a result is written in place over the input it came from',
    async check(backend) {
      const executable = await backend.compile(twice);
      const x = await backend.buffer(f32(3), Float32Array.of(1, 2, 3));
      for (let run = 0; run < 3; run++) {
        await executable.run({ x }, { y: x });
      }
      expectEqual('the buffer after three doublings', await x.read(), Float32Array.of(8, 16, 24));
      executable.dispose();
      x.dispose();
    },
  },
  {
    name: 'what went into a given buffer is not returned as well',
    async check(backend) {
      const executable = await backend.compile(
        trace({ x: f32(1) }, ({ x }) => ({ y: add(x, x), z: mul(x, x) })),
      );
      const y = await backend.buffer(f32(1));
      const results = await executable.run({ x: Float32Array.of(3) }, { y });
      // Whoever disposes of all results keeps what is theirs.
      for (const result of Object.values(results)) {
        result.dispose();
      }
      if (Object.keys(results).join() !== 'z') {
        throw new TensorError(`expected the result z, got ${Object.keys(results).join()}`);
      }
      expectEqual('the given buffer', await y.read(), Float32Array.of(6));
      executable.dispose();
      y.dispose();
    },
  },
  {
    name: 'two buffers exchange their contents',
    async check(backend) {
      const executable = await backend.compile(
        trace({ a: f32(2), b: f32(2) }, ({ a, b }) => ({
          a: add(b, constant(0)),
          b: mul(a, constant(1)),
          raw: a,
        })),
      );
      const a = await backend.buffer(f32(2), Float32Array.of(1, 2));
      const b = await backend.buffer(f32(2), Float32Array.of(3, 4));
      const { raw } = await executable.run({ a, b }, { a, b });
      expectEqual('the first', await a.read(), Float32Array.of(3, 4));
      expectEqual('the second', await b.read(), Float32Array.of(1, 2));
      expectEqual('the old first', await raw!.read(), Float32Array.of(1, 2));
      executable.dispose();
      for (const buffer of [a, b, raw!]) {
        buffer.dispose();
      }
    },
  },
  {
    name: 'outputs may be inputs, constants and one value twice',
    async check(backend) {
      const executable = await backend.compile(
        trace({ x: f32(2), ids: i32(2) }, ({ x, ids }) => {
          const y = add(x, x);
          return { x, ids, y, again: y, fixed: constant(Float32Array.of(5, 6)) };
        }),
      );
      const outputs = await executable.run({ x: Float32Array.of(1, 2), ids: Int32Array.of(3, 4) });
      expectEqual('the input', await outputs.x!.read(), Float32Array.of(1, 2));
      expectEqual('the integers', await outputs.ids!.read(), Int32Array.of(3, 4));
      expectEqual('the result', await outputs.y!.read(), Float32Array.of(2, 4));
      outputs.y!.dispose();
      expectEqual('its twin, which outlives it', await outputs.again!.read(), Float32Array.of(2, 4));
      expectEqual('the constant', await outputs.fixed!.read(), Float32Array.of(5, 6));
      executable.dispose();
    },
  },
  {
    name: 'a program with checkpointed blocks has the same bits, dropout included',
    async check(backend) {
      const forward = trace(
        { x: f32(6, 6), a: f32(6, 6), b: f32(6, 6), key: f32(8, 2) },
        ({ x, a, b, key }) => {
          const layer = (from: Tensor, weight: Tensor) =>
            block(() => add(from, dropout(tanh(matmul(softmax(from), weight)), key, 0.25)));
          return { loss: sum(exp(layer(layer(layer(x, a), b), a))) };
        },
      );
      const kept = grad(forward, { of: 'loss', withRespectTo: ['a', 'b'] });
      const checkpointed = checkpointBlocks(kept);
      if (!(checkpointed.instructions.length > kept.instructions.length)) {
        throw new TensorError('expected the checkpointed program to compute its blocks again');
      }
      const numbers = (seed: number) => Float32Array.from({ length: 36 }, (_, i) => Math.sin(seed + i) / 2);
      const inputs = { x: numbers(1), a: numbers(2), b: numbers(3), key: dropoutKey(4, 5, 6) };
      const results: Record<string, Buffer>[] = [];
      for (const program of [kept, checkpointed]) {
        const executable = await backend.compile(program);
        results.push(await executable.run(inputs));
        executable.dispose();
      }
      for (const [name, result] of Object.entries(results[0]!)) {
        expectEqual(name, await results[1]![name]!.read(), await result.read());
      }
      for (const buffer of results.flatMap((outputs) => Object.values(outputs))) {
        buffer.dispose();
      }
    },
  },
  {
    name: 'parameters and moments stay resident over steps of AdamW',
    async check(backend) {
      const loss = trace({ w: f32(2) }, ({ w }) => ({ loss: sum(mul(w, w)) }));
      const gradient = await backend.compile(grad(loss, { of: 'loss', withRespectTo: ['w'] }));
      const update = await backend.compile(
        trace({ w: f32(2), g: f32(2), m: f32(2), v: f32(2), scalars: f32(4) }, ({ w, g, m, v, scalars }) => {
          const next = adamW(w, g, m, v, scalars);
          return { w: next.parameter, m: next.m, v: next.v };
        }),
      );
      const w = await backend.buffer(f32(2), Float32Array.of(1, -1));
      const m = await backend.buffer(f32(2));
      const v = await backend.buffer(f32(2));
      for (let t = 1; t <= 3; t++) {
        const { 'gradient/w': g } = await gradient.run({ w });
        const scalars = Float32Array.of(0.1, 1, 1 - 0.9 ** t, 1 - 0.999 ** t);
        await update.run({ w, g: g!, m, v, scalars }, { w, m, v });
        g!.dispose();
      }
      // Adam's steps on a smooth slope are the learning rate, a little less as the gradient shrinks.
      const [first, second] = await w.read();
      if (!(Math.abs(first! - 0.7016) < 1e-4) || first !== -second!) {
        throw new TensorError(`expected the parameters near 0.7016 and -0.7016, got ${first} and ${second}`);
      }
      for (const resource of [gradient, update, w, m, v]) {
        resource.dispose();
      }
    },
  },
];

function expectEqual(
  what: string,
  actual: Float32Array | Int32Array,
  expected: Float32Array | Int32Array,
): void {
  const same =
    actual.constructor === expected.constructor &&
    actual.length === expected.length &&
    expected.every((value, i) => value === actual[i]);
  if (!same) {
    throw new TensorError(
      `expected ${what} to be ${expected.constructor.name} ${expected}, got ${actual.constructor.name} ${actual}`,
    );
  }
}

async function expectRefusal(what: string, attempt: () => Promise<unknown>): Promise<void> {
  let raised: unknown;
  try {
    await attempt();
  } catch (error) {
    raised = error;
  }
  if (!(raised instanceof BackendError)) {
    throw new TensorError(`expected ${what} to raise a BackendError, got ${raised ?? 'no error'}`);
  }
}
