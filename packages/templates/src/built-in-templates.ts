import { chatmlSource } from './built-in/chatml.js';
import { classicSource } from './built-in/classic.js';
import { deepseekV3Source } from './built-in/deepseek-v3.js';
import { gemma2Source } from './built-in/gemma-2.js';
import { gemma3Source } from './built-in/gemma-3.js';
import { gptOssSource } from './built-in/gpt-oss.js';
import { graniteSource } from './built-in/granite.js';
import { llama31Source } from './built-in/llama-3.1.js';
import { llama32Source } from './built-in/llama-3.2.js';
import { llama3Source } from './built-in/llama-3.js';
import { mistralNemoSource } from './built-in/mistral-nemo.js';
import { phi3Source } from './built-in/phi-3.js';
import { phi4Source } from './built-in/phi-4.js';
import { qwen25Source } from './built-in/qwen2.5.js';
import { qwen3Source } from './built-in/qwen3.js';
import { smollm2Source } from './built-in/smollm2.js';
import { smollm3Source } from './built-in/smollm3.js';
import type { SpecialTokens } from './tokenizer-config.js';

export interface BuiltInTemplate {
  readonly source: string;
  /** The control tokens that every conversation needs; a tokenizer must have each as one special token. */
  readonly specialTokens: readonly string[];
  /** The control token that ends a turn: the model's stop token. */
  readonly endOfTurn: string;
  /** What `bos_token` and `eos_token` are where nobody says otherwise. */
  readonly variables?: SpecialTokens;
}

const chatmlTokens = ['<|im_start|>', '<|im_end|>'] as const;
const llamaTokens = ['<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'] as const;
const gemmaTokens = ['<start_of_turn>', '<end_of_turn>'] as const;

/** Templates with generation markers around what the assistant writes and its end of turn. */
export const builtInTemplates = {
  classic: {
    source: classicSource,
    specialTokens: ['<|system|>', '<|user|>', '<|assistant|>', '<|end|>'],
    endOfTurn: '<|end|>',
  },
  chatml: { source: chatmlSource, specialTokens: chatmlTokens, endOfTurn: '<|im_end|>' },
  'deepseek-v3': {
    source: deepseekV3Source,
    specialTokens: ['<｜User｜>', '<｜Assistant｜>', '<｜end▁of▁sentence｜>'],
    endOfTurn: '<｜end▁of▁sentence｜>',
    variables: { bos_token: '<｜begin▁of▁sentence｜>' },
  },
  'gemma-2': {
    source: gemma2Source,
    specialTokens: gemmaTokens,
    endOfTurn: '<end_of_turn>',
    variables: { bos_token: '<bos>' },
  },
  'gemma-3': {
    source: gemma3Source,
    specialTokens: gemmaTokens,
    endOfTurn: '<end_of_turn>',
    variables: { bos_token: '<bos>' },
  },
  'gpt-oss': {
    source: gptOssSource,
    specialTokens: ['<|start|>', '<|channel|>', '<|message|>', '<|end|>', '<|return|>'],
    endOfTurn: '<|return|>',
  },
  granite: {
    source: graniteSource,
    specialTokens: ['<|start_of_role|>', '<|end_of_role|>', '<|end_of_text|>'],
    endOfTurn: '<|end_of_text|>',
  },
  'llama-3': {
    source: llama3Source,
    specialTokens: llamaTokens,
    endOfTurn: '<|eot_id|>',
    variables: { bos_token: '<|begin_of_text|>' },
  },
  'llama-3.1': {
    source: llama31Source,
    specialTokens: llamaTokens,
    endOfTurn: '<|eot_id|>',
    variables: { bos_token: '<|begin_of_text|>' },
  },
  'llama-3.2': {
    source: llama32Source,
    specialTokens: llamaTokens,
    endOfTurn: '<|eot_id|>',
    variables: { bos_token: '<|begin_of_text|>' },
  },
  'mistral-nemo': {
    source: mistralNemoSource,
    specialTokens: ['[INST]', '[/INST]', '</s>'],
    endOfTurn: '</s>',
    variables: { bos_token: '<s>', eos_token: '</s>' },
  },
  'phi-3': {
    source: phi3Source,
    specialTokens: ['<|user|>', '<|assistant|>', '<|end|>'],
    endOfTurn: '<|end|>',
    variables: { eos_token: '<|endoftext|>' },
  },
  'phi-4': {
    source: phi4Source,
    specialTokens: ['<|im_start|>', '<|im_sep|>', '<|im_end|>'],
    endOfTurn: '<|im_end|>',
  },
  'qwen2.5': { source: qwen25Source, specialTokens: chatmlTokens, endOfTurn: '<|im_end|>' },
  qwen3: { source: qwen3Source, specialTokens: chatmlTokens, endOfTurn: '<|im_end|>' },
  smollm2: { source: smollm2Source, specialTokens: chatmlTokens, endOfTurn: '<|im_end|>' },
  smollm3: { source: smollm3Source, specialTokens: chatmlTokens, endOfTurn: '<|im_end|>' },
} as const satisfies Record<string, BuiltInTemplate>;

export type BuiltInTemplateName = keyof typeof builtInTemplates;
