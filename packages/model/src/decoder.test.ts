import {
  f32,
  i32,
  type Program,
  referenceBackend,
  type Tensor,
  type TensorType,
  trace,
} from '@sftkit/tensor';
import { describe, expect, test } from 'vitest';
import { oneRow, runLogits } from '../test/run-model.js';
import { tinyConfig, tinyGpt2Config } from '../test/tiny-config.js';
import { decoderModel } from './decoder.js';
import type { DecoderModel, ResidualDropout } from './decoder-model.js';
import { initialize } from './initialize.js';

const models = [
  ['llama', tinyConfig()],
  [
    'llama with everything',
    tinyConfig({ tieWordEmbeddings: false, attentionBias: true, attentionOutputBias: true, qkNorm: true }),
  ],
  ['sliding window', tinyConfig({ family: 'mistral', slidingWindow: 3 })],
  ['gpt2', tinyGpt2Config()],
] as const;

describe.each(models)('%s', (_, config) => {
  const model = decoderModel(config);
  const weights = initialize(config, 5);

  test('two segments in one row equal the two rows alone', async () => {
    const backend = referenceBackend();
    const [first, second] = [
      [3, 1, 4, 1, 5],
      [9, 2, 6, 5],
    ];
    const packed = await runLogits(
      model,
      weights,
      {
        rows: 1,
        length: 11,
        inputIds: [...first!, ...second!, 0, 0],
        positions: [0, 1, 2, 3, 4, 0, 1, 2, 3, 0, 1],
        segmentIds: [0, 0, 0, 0, 0, 1, 1, 1, 1, -1, -1],
      },
      backend,
    );
    const alone = await Promise.all(
      [first!, second!].map((ids) => runLogits(model, weights, oneRow(ids), backend)),
    );
    const expected = [...alone[0]!, ...alone[1]!];
    // Exact: the tokens of the other segment enter every sum as a zero.
    expect([...packed.slice(0, expected.length)]).toEqual(expected);
  });

  test('a token does not see what comes after it', async () => {
    const backend = referenceBackend();
    const long = await runLogits(model, weights, oneRow([3, 1, 4, 1, 5, 9]), backend);
    const short = await runLogits(model, weights, oneRow([3, 1, 4]), backend);
    expect([...long.slice(0, short.length)]).toEqual([...short]);
  });

  test('the wanted positions are those of all, one asked for twice included', async () => {
    const backend = referenceBackend();
    const batch = {
      inputIds: Int32Array.from([3, 1, 4, 1, 5, 9, 2, 6]),
      positions: Int32Array.from([0, 1, 2, 3, 0, 1, 2, 3]),
      segmentIds: new Int32Array(8),
    };
    const types = { inputIds: i32(2, 4), positions: i32(2, 4), segmentIds: i32(2, 4), wanted: i32(4) };
    const parameters = model.parameters.map(({ name, shape }): [string, TensorType] => [name, f32(...shape)]);
    const program = trace({ ...Object.fromEntries(parameters), ...types }, (given) => {
      const { inputIds, positions, segmentIds, wanted } = given as Record<keyof typeof types, Tensor>;
      const packed = { inputIds, positions, segmentIds };
      return { all: model.hidden(given, packed), some: model.hidden(given, packed, { wanted }) };
    });
    const wanted = Int32Array.of(6, 1, 1, 3);
    const executable = await backend.compile(program);
    const outputs = await executable.run({ ...Object.fromEntries(weights), ...batch, wanted });
    const all = await outputs.all!.read();
    const expected = [...wanted].flatMap((row) => [
      ...all.slice(row * config.width, (row + 1) * config.width),
    ]);
    expect([...(await outputs.some!.read())]).toEqual(expected);
  });

  test('decay applies to matrices and not to norms and biases', () => {
    for (const { name, shape, decay } of model.parameters) {
      expect(decay, name).toBe(shape.length === 2);
      expect(decay, name).toBe(!/norm|ln_|\.bias$/.test(name));
    }
  });
});

test('a sliding window hides what is further back than it', async () => {
  const config = tinyConfig({ family: 'mistral', slidingWindow: 2, numLayers: 1 });
  const model = decoderModel(config);
  const weights = initialize(config, 5);
  const logits = (ids: readonly number[]) => runLogits(model, weights, oneRow(ids), referenceBackend());
  const last = (values: Float32Array) => [...values.slice(-config.vocabSize)];
  expect(last(await logits([1, 2, 3]))).toEqual(last(await logits([7, 2, 3])));
  expect(last(await logits([1, 2, 3]))).not.toEqual(last(await logits([1, 7, 3])));
});

describe('hidden', () => {
  function program(
    model: DecoderModel,
    length: number,
    rates?: readonly number[],
    asked: string[] = [],
  ): Program {
    const inputs: Record<string, TensorType> = {
      ...Object.fromEntries(
        model.parameters.map(({ name, shape }): [string, TensorType] => [name, { dtype: 'f32', shape }]),
      ),
      ids: i32(1, length),
      key: f32(8, 2),
    };
    return trace(inputs, (given) => {
      const ids = given.ids!;
      const dropout: ResidualDropout | undefined = rates && {
        rates,
        key: (layer, branch) => {
          asked.push(`${layer} ${branch}`);
          return given.key!;
        },
      };
      return { hidden: model.hidden(given, { inputIds: ids, positions: ids, segmentIds: ids }, { dropout }) };
    });
  }
  const countDropout = ({ instructions }: Program) =>
    instructions.filter(({ operation }) => operation === 'dropout').length;

  test.each(models)('%s: dropout after both branches of a layer with a rate, none elsewhere', (_, config) => {
    const model = decoderModel(config);
    const asked: string[] = [];
    expect(countDropout(program(model, 4, [0, 0.3], asked))).toBe(2);
    expect(asked).toEqual(['1 attention', '1 feedForward']);
    expect(countDropout(program(model, 4))).toBe(0);
  });

  test.each(models)('%s: rows longer than the context are refused', (_, config) => {
    expect(() => program(decoderModel(config), 33)).toThrow(
      "rows of at most 32 tokens, the model's context, got 33",
    );
  });

  test('the mask is written once for all layers', () => {
    const { instructions } = program(decoderModel(tinyConfig({ numLayers: 3 })), 4);
    expect(instructions.filter(({ operation }) => operation === 'attentionMask')).toHaveLength(1);
  });
});
