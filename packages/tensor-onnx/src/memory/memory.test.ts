/** The plan against ONNX Runtime's own profile: the order of its nodes, their number and the size of what they write. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  add,
  block,
  checkpointBlocks,
  dropout,
  exp,
  f32,
  grad,
  headCrossEntropy,
  i32,
  matmul,
  type Program,
  rmsNorm,
  sizeOf,
  softmax,
  sum,
  type Tensor,
  trace,
} from '@sftkit/tensor';
import { conformanceCases } from '@sftkit/tensor/conformance';
import ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { encodeModel } from '../graph/encode-model.js';
import { lowerProgram } from '../lowering/lower-program.js';
import { SESSION_OPTIONS } from '../runtime.js';
import { executionOrder } from './execution-order.js';
import { bytesOf, inferTypes } from './infer-types.js';
import { planSession } from './plan-session.js';

const SIZE = 16;
const LAYERS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Six layers of product, softmax, dropout and norm, as a block each. */
function layered(): Program {
  const types = {
    x: f32(SIZE, SIZE),
    key: f32(8, 2),
    ...Object.fromEntries(LAYERS.map((name) => [name, f32(SIZE, SIZE)])),
  };
  const forward = trace(types as Record<string, ReturnType<typeof f32>>, ({ x, key, ...weights }) => {
    const ones = (from: Tensor) => rmsNorm(from, sum(from, 0), { epsilon: 1 });
    let y = x!;
    for (const name of LAYERS) {
      const from = y;
      y = block(() => add(from, dropout(softmax(exp(matmul(ones(from), weights[name]!))), key!, 0.1)));
    }
    return { loss: sum(y) };
  });
  return grad(forward, { of: 'loss', withRespectTo: LAYERS });
}

const kept = layered();
const checkpointed = checkpointBlocks(kept);

interface ProfiledNode {
  readonly name: string;
  readonly outputBytes: number;
}

/** One run of a program's graph, node by node in the order of execution. */
async function profile(
  program: Program,
  graphOptimizationLevel: 'disabled' | 'basic',
): Promise<ProfiledNode[]> {
  const { model } = lowerProgram(program);
  const folder = mkdtempSync(join(tmpdir(), 'sftkit-profile-'));
  const session = await ort.InferenceSession.create(encodeModel(model), {
    graphOptimizationLevel,
    enableProfiling: true,
    profileFilePrefix: join(folder, 'profile'),
    logSeverityLevel: 4,
  });
  const feeds = Object.fromEntries(
    model.inputs.map(({ name, shape }) => {
      const lengths = shape.map(Number);
      const data = Float32Array.from({ length: sizeOf(lengths) }, (_, i) => Math.sin(i));
      return [name, new ort.Tensor('float32', data, lengths)];
    }),
  );
  await session.run(feeds);
  session.endProfiling();
  await session.release();
  const [file] = readdirSync(folder);
  const events = JSON.parse(readFileSync(join(folder, file!), 'utf8')) as {
    cat: string;
    name: string;
    ts: number;
    args: { output_size?: string };
  }[];
  rmSync(folder, { recursive: true });
  return events
    .filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'))
    .sort((a, b) => a.ts - b.ts)
    .map(({ name, args }) => ({
      name: name.replace(/_kernel_time$/, ''),
      outputBytes: Number(args.output_size),
    }));
}

test.each([
  ['kept', kept],
  ['checkpointed', checkpointed],
])(
  'ONNX Runtime runs every node of a program with %s blocks, in the order that is planned',
  async (_, program) => {
    const { model } = lowerProgram(program);
    const order = executionOrder(model.nodes);
    const ran = await profile(program, 'disabled');
    expect(ran.map(({ name }) => name)).toEqual(order.map(({ name }) => name));
    const types = inferTypes(model, order);
    expect(ran.map(({ outputBytes }) => outputBytes)).toEqual(
      order.map(({ outputs }) => outputs.reduce((bytes, output) => bytes + bytesOf(types.get(output)!), 0)),
    );
  },
);

test('its optimizer would merge what checkpointing computes twice: why it is off', async () => {
  const twice = async (level: 'disabled' | 'basic') =>
    (await profile(checkpointed, level)).length - (await profile(kept, level)).length;
  expect(await twice('disabled')).toBe(
    lowerProgram(checkpointed).model.nodes.length - lowerProgram(kept).model.nodes.length,
  );
  expect(await twice('basic')).toBeLessThan(await twice('disabled'));
});

test('ONNX Runtime knows the shapes of logits and of what is written over them, and no others to keep memory for', async () => {
  const [N, C, V] = [10, 4, 30];
  const types = { h: f32(N, C), w: f32(V, C), labels: i32(N), weights: f32(N) };
  const forward = trace(types, (t) => ({
    loss: headCrossEntropy(rmsNorm(t.h, sum(t.h, 0), { epsilon: 1 }), t.w, t.labels, t.weights, {
      chunkRows: N,
    }).loss,
  }));
  const { model } = lowerProgram(grad(forward, { of: 'loss', withRespectTo: ['h', 'w'] }));
  // Every value as an output whose type is left to ONNX Runtime.
  const outputs = model.nodes.flatMap((node) =>
    node.outputs.map((name) => ({ name, dtype: 'sequence' as const })),
  );
  const session = await ort.InferenceSession.create(encodeModel({ ...model, outputs }), SESSION_OPTIONS);
  const known = session.outputMetadata.filter(
    (value) =>
      value.isTensor && value.shape.length > 0 && value.shape.every((length) => typeof length === 'number'),
  );
  const makers = new Map(
    model.nodes.flatMap(({ opType, outputs: made }) => made.map((name) => [name, opType])),
  );
  expect(known.map(({ name }) => makers.get(name)).sort()).toEqual(['Reshape', 'ScatterElements', 'Softmax']);
  await session.release();
});

test('checkpointing shows in the plan', () => {
  const peak = (program: Program) => planSession(lowerProgram(program).model).peakBytes;
  expect(peak(checkpointed)).toBeLessThan(0.6 * peak(kept));
});

test('the types of all operations and their gradients end in those of the program', () => {
  for (const { program, gradientProgram, name } of conformanceCases) {
    for (const each of [program, gradientProgram]) {
      if (each === undefined) continue;
      const { model } = lowerProgram(each);
      const types = inferTypes(model, executionOrder(model.nodes));
      for (const port of model.outputs) {
        expect(types.get(port.name)?.shape, name).toEqual(port.dtype === 'sequence' ? [] : port.shape);
      }
    }
  }
});
