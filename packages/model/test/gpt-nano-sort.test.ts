/** A minGPT model with its published intermediates: every one of them, on every backend. */
import { readFile } from 'node:fs/promises';
import {
  add,
  attentionMask,
  i32,
  matmul,
  type Program,
  reshape,
  softmax,
  type TensorType,
  trace,
} from '@sftkit/tensor';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { describe, expect, test } from 'vitest';
import { decoderModel } from '../src/index.js';
import { BACKENDS } from './backends.js';
import { tinyGpt2Config } from './tiny-config.js';

/** Absolute. The published values are float32 of size up to 10, so their own rounding is up to 1e-6. */
const TOLERANCE = 1e-5;

interface Published {
  readonly shape: readonly number[];
  /** Base64 of little-endian float32. */
  readonly data: string;
}

async function readPublished(name: string): Promise<Record<string, Published>> {
  const { config: _config, ...tensors } = JSON.parse(
    await readFile(sharedFile('models', 'gpt-nano-sort', name), 'utf8'),
  );
  return tensors;
}

function floats({ data }: Published): Float32Array {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** minGPT's linear layers are (out, in), GPT-2's Conv1D is (in, out). */
function asConv1d(published: Published): Float32Array {
  const [rows, columns] = published.shape as [number, number];
  const values = floats(published);
  return Float32Array.from(
    values,
    (_, index) => values[(index % rows) * columns + Math.floor(index / rows)]!,
  );
}

/** Our names of the published intermediates. The others are outputs under their published names. */
const OBSERVED = {
  x: 'embedding',
  ln1: 'layers.0.ln1',
  qkv: 'layers.0.qkv',
  q: 'layers.0.q',
  k: 'layers.0.k',
  v: 'layers.0.v',
  y: 'layers.0.heads',
  yProj: 'layers.0.attention',
  attnResid: 'layers.0.afterAttention',
  ln2: 'layers.0.ln2',
  fc: 'layers.0.fc',
  gelu: 'layers.0.gelu',
  mlp: 'layers.0.feedForward',
  mlpResid: 'layers.0',
  block0: 'layers.0',
  block1: 'layers.1',
  block2: 'layers.2',
  ln_f: 'ln_f',
  lm_head: 'logits',
  probs: 'probabilities',
} as const;

const config = tinyGpt2Config({
  vocabSize: 3,
  width: 48,
  numLayers: 3,
  numHeads: 3,
  numKvHeads: 3,
  headWidth: 16,
  feedForwardWidth: 192,
  maxPositions: 11,
  tieWordEmbeddings: false,
});
const [B, T] = [3, 11];

/** A program whose outputs are all intermediates. */
function observingProgram(): Program {
  const model = decoderModel(config);
  const inputs: Record<string, TensorType> = {
    ...Object.fromEntries(
      model.parameters.map(({ name, shape }): [string, TensorType] => [name, { dtype: 'f32', shape }]),
    ),
    inputIds: i32(B, T),
    positions: i32(B, T),
    segmentIds: i32(B, T),
  };
  const program = trace(inputs, (given) => {
    const seen: Record<string, (typeof given)[string]> = {};
    const batch = { inputIds: given.inputIds!, positions: given.positions!, segmentIds: given.segmentIds! };
    const hidden = model.hidden(given, batch, {
      observe: (name, value) => {
        seen[name] = value;
      },
    });
    const logits = matmul(reshape(hidden, [B * T, config.width]), model.head(given), { transposeB: true });
    // The attention operation keeps no scores; from its queries and keys they are made here.
    const { positions, segmentIds } = batch;
    const mask = attentionMask(segmentIds, segmentIds, positions, positions);
    const scale = { transposeB: true, alpha: 1 / Math.sqrt(config.headWidth) };
    const att = add(matmul(seen['layers.0.q']!, seen['layers.0.k']!, scale), mask);
    return {
      ...seen,
      att,
      attSm: softmax(att),
      ln_f: hidden,
      logits,
      probabilities: softmax(logits),
    };
  });
  // A program is plain data: what has no name is the first result, or input, of its operation.
  const first = (operation: string, nth = 0) =>
    program.instructions.filter((step) => step.operation === operation)[nth]!;
  return {
    ...program,
    outputs: {
      ...program.outputs,
      tok_emb: first('gather').outputs[0]!,
      pos_emb: first('gather', 1).outputs[0]!,
    },
  };
}

describe.skipIf(!sharedIsPresent())('gpt-nano-sort (needs ../shared)', () => {
  test.each(BACKENDS)('every intermediate and the logits on $name', async ({ create }) => {
    const published = await readPublished('gpt-nano-sort-model.json');
    const { idx, ...partials } = await readPublished('gpt-nano-sort-t0-partials.json');
    const backend = await create();
    const executable = await backend.compile(observingProgram());
    const parameters = decoderModel(config).parameters.map(({ name }) => [
      name,
      /(c_attn|c_proj|c_fc)\.weight$/.test(name) ? asConv1d(published[name]!) : floats(published[name]!),
    ]);
    const outputs = await executable.run({
      ...Object.fromEntries(parameters),
      inputIds: Int32Array.from(floats(idx!)),
      positions: Int32Array.from({ length: B * T }, (_, index) => index % T),
      segmentIds: new Int32Array(B * T),
    });
    for (const [name, partial] of Object.entries(partials)) {
      const expected = floats(partial);
      const actual = await outputs[(OBSERVED as Record<string, string>)[name] ?? name]!.read();
      let error = 0;
      for (const [index, value] of expected.entries()) {
        if (value === Number.NEGATIVE_INFINITY) {
          expect(actual[index], name).toBeLessThan(-1e29);
        } else {
          const difference = Math.abs(actual[index]! - value);
          error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(error, difference);
        }
      }
      expect(error, name).toBeLessThan(TOLERANCE);
    }
    expect(Object.keys(partials)).toHaveLength(24);
    await backend.dispose();
  });
});
