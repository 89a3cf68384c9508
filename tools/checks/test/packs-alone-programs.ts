/** What each package does when it is installed alone: a program as its README has it, with everything it needs in the code. */

/** Of a program that uses the package as its README does: what it prints; and what it may weigh when it is installed. */
export interface Alone {
  readonly program: string;
  readonly prints: string;
  readonly megabytes: number;
}

const conversation = `{ messages: [{ role: 'user', content: 'Hi' }, { role: 'assistant', content: 'Hello' }] }`;
const tokenizer = `
  import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
  const trained = trainByteLevelBpe(['Hello! Hi, user and assistant.'], { vocabSize: 270 });
  const tokenizer = Tokenizer.fromObjects(trained.tokenizerJson, trained.tokenizerConfig);`;
const model = `
  import { decoderModel, initialize, readDecoderConfig } from '@sftkit/model';
  const config = readDecoderConfig({ model_type: 'llama', hidden_size: 8, intermediate_size: 16, num_hidden_layers: 1,
    num_attention_heads: 2, max_position_embeddings: 32, vocab_size: 40 });`;

export const programs: Readonly<Record<string, Alone>> = {
  json: {
    program: `import { parseJson, stringifyJson } from '@sftkit/json';
      console.log(stringifyJson(parseJson('{"a":8.0,"b":9007199254740993}')));`,
    prints: '{"a":8.0,"b":9007199254740993}',
    megabytes: 0.2,
  },
  templates: {
    program: `import { builtInTemplates, ChatTemplate } from '@sftkit/templates';
      console.log(JSON.stringify(ChatTemplate.fromSource(builtInTemplates.chatml.source).render(${conversation}).text));`,
    prints: '"<|im_start|>user\\nHi<|im_end|>\\n<|im_start|>assistant\\nHello<|im_end|>\\n"',
    megabytes: 1.5,
  },
  tokenization: {
    program: `${tokenizer} console.log(tokenizer.decode(tokenizer.encode('Hello user').ids));`,
    prints: 'Hello user',
    megabytes: 1.5,
  },
  data: {
    program: `import { parseExamples } from '@sftkit/data';
      for await (const { kind } of parseExamples([JSON.stringify(${conversation})])) console.log(kind);`,
    prints: 'conversation',
    megabytes: 2,
  },
  masking: {
    program: `import { formatMask, maskExample } from '@sftkit/masking';
      import { resolveTemplate } from '@sftkit/templates'; ${tokenizer}
      tokenizer.addSpecialTokens(['<|im_start|>', '<|im_end|>']);
      const example = maskExample(${conversation}, { template: resolveTemplate('chatml'), tokenizer });
      console.log(formatMask(example, tokenizer).split('\\n').at(-2));`,
    prints: '[Hello<|im_end|>]',
    megabytes: 3,
  },
  // 128 x 128 is the smallest product that gpu.js shares out among threads.
  tensor: {
    program: `import { f32, gpuBackend, matmul, trace } from '@sftkit/tensor';
      let workers = 0;
      process.on('worker', () => workers++);
      const n = 128;
      const program = trace({ a: f32(n, n), b: f32(n, n) }, ({ a, b }) => ({ y: matmul(a, b) }));
      const a = Float32Array.from({ length: n * n }, (_, i) => i % 7);
      const twice = Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 2 : 0));
      for (const mode of ['cpu', 'webasm']) {
        const backend = await gpuBackend({ mode, threads: 2 });
        const { y } = await (await backend.compile(program)).run({ a, b: twice });
        console.log(mode, (await y.read()).every((value, i) => value === 2 * a[i]), workers > 0);
        await backend.dispose();
      }`,
    prints: 'cpu true false\nwebasm true true',
    megabytes: 6,
  },
  'tensor-onnx': {
    program: `import { onnxBackend } from '@sftkit/tensor-onnx';
      await onnxBackend().catch((error) => console.log(/npm install onnxruntime-node --ignore-scripts/.exec(error.message)[0]));`,
    prints: 'npm install onnxruntime-node --ignore-scripts',
    megabytes: 9,
  },
  model: {
    program: `${model} console.log(decoderModel(config).parameters.length, initialize(config, 1).size);`,
    prints: '12 12',
    megabytes: 6,
  },
  trainer: {
    program: `import { trainingPrograms } from '@sftkit/trainer'; ${model}
      const options = { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0 };
      const shape = { rows: 1, length: 16, capacity: 16 };
      console.log(Object.keys(trainingPrograms(decoderModel(config), shape, options)).join(' '));`,
    prints: 'gradients zeros accumulate squares update',
    megabytes: 9,
  },
  sft: {
    program: `import { fineTune } from '@sftkit/sft'; import { referenceBackend } from '@sftkit/tensor'; ${tokenizer} ${model}
      const whole = { ...config, vocabSize: 272 };
      const base = { config: whole, model: decoderModel(whole), weights: initialize(whole, 1), configJson: {}, warnings: [] };
      const options = { model: base, tokenizer, examples: [${conversation}], heldOut: 0, steps: 1, batch: { rows: 1 } };
      for await (const { type } of fineTune({ ...options, backend: referenceBackend() })) console.log(type);`,
    prints: 'prepared\nstep\nfinished',
    megabytes: 24,
  },
};
