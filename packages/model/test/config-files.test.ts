/** Configurations as transformers 4 and 5 write them: what training does not change comes back as it was written. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseJson, stringifyJson } from '@sftkit/json';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ConfigJson,
  type FloatFormat,
  initialize,
  readDecoderConfig,
  resizeEmbedding,
  writeDecoderConfig,
} from '../src/index.js';
import { loadModel, loadModelConfig, saveModel } from '../src/index.node.js';
import { prepareStories } from './stories.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sftkit-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Each is the whole of a config.json; the sizes are small, the rest is as in the files of the models named. */
const CONFIGS: Readonly<Record<string, string>> = {
  'llama, as of Llama 2 (4.31)': `{"_name_or_path": "a/b", "architectures": ["LlamaForCausalLM"], "bos_token_id": 1,
    "eos_token_id": 2, "hidden_act": "silu", "hidden_size": 8, "initializer_range": 0.02, "intermediate_size": 12,
    "max_position_embeddings": 32, "model_type": "llama", "num_attention_heads": 2, "num_hidden_layers": 1,
    "num_key_value_heads": 2, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": null,
    "tie_word_embeddings": false, "torch_dtype": "float32", "transformers_version": "4.31.0", "use_cache": true,
    "vocab_size": 13}`,
  'llama, as of Llama 1: most fields absent': `{"architectures": ["LlamaForCausalLM"], "hidden_act": "silu",
    "hidden_size": 8, "intermediate_size": 12, "initializer_range": 0.02, "max_sequence_length": 2048,
    "model_type": "llama", "num_attention_heads": 2, "num_hidden_layers": 1, "pad_token_id": -1, "rms_norm_eps": 1e-06,
    "torch_dtype": "float32", "vocab_size": 13}`,
  'llama, as of Llama 3.2 (4.45)': `{"architectures": ["LlamaForCausalLM"], "attention_bias": false,
    "attention_dropout": 0.0, "eos_token_id": [3, 4, 5], "head_dim": 4, "hidden_act": "silu", "hidden_size": 8,
    "intermediate_size": 12, "max_position_embeddings": 131072, "mlp_bias": false, "model_type": "llama",
    "num_attention_heads": 2, "num_hidden_layers": 1, "num_key_value_heads": 1, "rms_norm_eps": 1e-05,
    "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
    "original_max_position_embeddings": 8192, "rope_type": "llama3"}, "rope_theta": 500000.0,
    "tie_word_embeddings": true, "torch_dtype": "float32", "vocab_size": 13}`,
  'llama, linear, with fields of other tools': `{"model_type": "llama", "architectures": ["LlamaForCausalLM"],
    "rope_scaling": {"type": "linear", "factor": 8.0}, "rope_theta": 10000, "hidden_size": 8, "intermediate_size": 12,
    "num_attention_heads": 2, "num_hidden_layers": 1.0, "num_key_value_heads": null, "head_dim": null, "vocab_size": 13,
    "max_position_embeddings": 32, "run": 9007199254740993, "scale": 1e+22, "id2label": {"10": "b", "2": "a"},
    "nested": {"1": {"__proto__": [1.0, 1]}}, "torch_dtype": "float32"}`,
  'llama (5)': `{"architectures": ["LlamaForCausalLM"], "attention_bias": true, "attention_dropout": 0.0,
    "dtype": "float32", "head_dim": 4, "hidden_act": "silu", "hidden_size": 8, "intermediate_size": 12,
    "max_position_embeddings": 32, "mlp_bias": false, "model_type": "llama", "num_attention_heads": 2,
    "num_hidden_layers": 1, "num_key_value_heads": 1, "pad_token_id": null, "rms_norm_eps": 1e-05,
    "rope_parameters": {"factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
    "original_max_position_embeddings": 16, "rope_theta": 500000.0, "rope_type": "llama3"},
    "tie_word_embeddings": true, "transformers_version": "5.0.0", "use_cache": true, "vocab_size": 13}`,
  'llama (5), theta in rope_scaling': `{"architectures": ["LlamaForCausalLM"], "dtype": "float32", "hidden_size": 8,
    "intermediate_size": 12, "model_type": "llama", "num_attention_heads": 2, "num_hidden_layers": 1,
    "rope_scaling": {"rope_type": "default", "rope_theta": 500000}, "vocab_size": 13}`,
  'mistral, as of 0.1: a window': `{"architectures": ["MistralForCausalLM"], "hidden_act": "silu", "hidden_size": 8,
    "intermediate_size": 12, "max_position_embeddings": 32768, "model_type": "mistral", "num_attention_heads": 2,
    "num_hidden_layers": 1, "num_key_value_heads": 1, "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
    "sliding_window": 4096, "tie_word_embeddings": false, "torch_dtype": "float32", "vocab_size": 13}`,
  'mistral, as of 0.3: no window': `{"architectures": ["MistralForCausalLM"], "attention_dropout": 0.0,
    "hidden_act": "silu", "hidden_size": 8, "intermediate_size": 12, "max_position_embeddings": 32768,
    "model_type": "mistral", "num_attention_heads": 2, "num_hidden_layers": 1, "num_key_value_heads": 1,
    "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "sliding_window": null, "torch_dtype": "float32", "vocab_size": 13}`,
  'mistral: heads and window absent': `{"architectures": ["MistralForCausalLM"], "hidden_size": 16,
    "intermediate_size": 12, "model_type": "mistral", "num_attention_heads": 8, "num_hidden_layers": 1,
    "torch_dtype": "float32", "vocab_size": 13}`,
  'mistral (5)': `{"architectures": ["MistralForCausalLM"], "dtype": "float32", "head_dim": null, "hidden_size": 8,
    "intermediate_size": 12, "model_type": "mistral", "num_attention_heads": 2, "num_hidden_layers": 1,
    "num_key_value_heads": 1, "rope_parameters": {"rope_theta": 1000000.0, "rope_type": "default"},
    "sliding_window": null, "vocab_size": 13}`,
  'qwen2, as of Qwen2.5': `{"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "hidden_act": "silu",
    "hidden_size": 8, "intermediate_size": 12, "max_position_embeddings": 32768, "max_window_layers": 21,
    "model_type": "qwen2", "num_attention_heads": 2, "num_hidden_layers": 1, "num_key_value_heads": 1,
    "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": true,
    "torch_dtype": "float32", "use_cache": true, "use_mrope": false, "use_sliding_window": false, "vocab_size": 13}`,
  'qwen2 (5)': `{"architectures": ["Qwen2ForCausalLM"], "dtype": "float32", "hidden_size": 8, "intermediate_size": 12,
    "layer_types": ["full_attention"], "model_type": "qwen2", "num_attention_heads": 2, "num_hidden_layers": 1,
    "num_key_value_heads": 1, "rope_parameters": {"rope_theta": 1000000.0, "rope_type": "default"},
    "sliding_window": null, "use_sliding_window": false, "vocab_size": 13}`,
  'qwen3 (4.51)': `{"architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "hidden_size": 8,
    "intermediate_size": 12, "max_window_layers": 28, "model_type": "qwen3", "num_attention_heads": 2,
    "num_hidden_layers": 1, "num_key_value_heads": 1, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000,
    "sliding_window": null, "torch_dtype": "float32", "use_sliding_window": false, "vocab_size": 13}`,
  'qwen3 (5), both names of the format': `{"architectures": ["Qwen3ForCausalLM"], "dtype": "float32", "head_dim": 4,
    "hidden_size": 8, "intermediate_size": 12, "layer_types": ["full_attention"], "model_type": "qwen3",
    "num_attention_heads": 2, "num_hidden_layers": 1, "num_key_value_heads": 1,
    "rope_parameters": {"rope_theta": 1000000, "rope_type": "default"}, "torch_dtype": "float32", "vocab_size": 13}`,
  'gpt2, as of the first upload': `{"activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"],
    "attn_pdrop": 0.1, "bos_token_id": 12, "eos_token_id": 12, "initializer_range": 0.02, "layer_norm_epsilon": 1e-05,
    "model_type": "gpt2", "n_ctx": 1024, "n_embd": 8, "n_head": 2, "n_layer": 1, "n_positions": 1024,
    "resid_pdrop": 0.1, "summary_type": "cls_index", "task_specific_params": {"text-generation": {"do_sample": true,
    "max_length": 50}}, "torch_dtype": "float32", "vocab_size": 13}`,
  'gpt2 (5), most fields absent': `{"activation_function": "gelu_pytorch_tanh", "architectures": ["GPT2LMHeadModel"],
    "dtype": "float32", "model_type": "gpt2", "n_embd": 8, "n_head": 2, "n_inner": null, "n_layer": 1,
    "reorder_and_upcast_attn": false, "scale_attn_weights": true, "vocab_size": 13}`,
};

// None of the strings has white space in it.
const withoutSpace = (text: string) => text.replace(/\s+/g, '');

async function readConfig(directory: string): Promise<{ text: string; json: ConfigJson }> {
  const text = await readFile(join(directory, 'config.json'), 'utf8');
  return { text, json: parseJson(text) as ConfigJson };
}

/** Keys whose values, as they are written, differ, or that only one of them has. */
function changedKeys(before: ConfigJson, after: ConfigJson): string[] {
  const text = (value: unknown) => stringifyJson({ value });
  return Object.keys({ ...before, ...after }).filter((key) => text(before[key]) !== text(after[key]));
}

describe.each(Object.entries(CONFIGS))('%s', (_, text) => {
  const configJson = parseJson(text) as ConfigJson;
  const config = readDecoderConfig(configJson);
  const weights = initialize(config, 1);

  test('comes back as it was written, as often as it is saved', async () => {
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    await saveModel(first, { config, weights, configJson });
    await saveModel(second, await loadModel(first));
    for (const directory of [first, second]) {
      const saved = await readConfig(directory);
      expect(changedKeys(configJson, saved.json)).toEqual([]);
      expect(withoutSpace(saved.text)).toBe(withoutSpace(text));
    }
    expect((await loadModelConfig(second)).config).toEqual(config);
  });

  test('of a vocabulary that grew only the size changes, of rounded weights the format', async () => {
    const resized = resizeEmbedding(weights, config, [config.vocabSize]);
    await saveModel(join(folder, 'm'), { ...resized, configJson, format: 'BF16' });
    const { json } = await readConfig(join(folder, 'm'));
    const formats = ['dtype', 'torch_dtype'].filter((name) => name in configJson);
    expect(changedKeys(configJson, json).sort()).toEqual([...formats, 'vocab_size']);
    expect(json).toMatchObject(Object.fromEntries(formats.map((name) => [name, 'bfloat16'])));
    expect((await loadModelConfig(join(folder, 'm'))).config).toEqual(resized.config);
  });
});

async function expectSame(directory: string, format: FloatFormat): Promise<void> {
  const loaded = await loadModel(directory);
  await saveModel(join(folder, 'again'), { ...loaded, format });
  const { text, json } = await readConfig(join(folder, 'again'));
  expect(changedKeys(loaded.configJson, json)).toEqual([]);
  expect(text).toBe(`${stringifyJson(loaded.configJson, { indent: 2 })}\n`);
}

test('the tiny base of the recipes comes back as it was', async () => {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
  await expectSame(join(root, 'recipes', 'tiny-base'), 'BF16');
});

describe.skipIf(!sharedIsPresent())('models (needs ../shared)', () => {
  test('stories260K comes back as it was converted', async () => {
    await expectSame((await prepareStories(folder)).directory, 'F32');
  });

  test('every other config.json comes back as it was', async () => {
    for (const file of await readdir(sharedFile('models'), { recursive: true })) {
      if (basename(file) !== 'config.json') continue;
      const { config, configJson } = await loadModelConfig(dirname(sharedFile('models', file)));
      expect(changedKeys(configJson, writeDecoderConfig(config, configJson))).toEqual([]);
    }
  });
});
