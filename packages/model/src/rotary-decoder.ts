/**
 * The decoder of Llama, Mistral, Qwen2 and Qwen3: pre-norm blocks of rotary grouped-query attention and a
 * gated feed-forward, without learned positions. The families differ only in the flags of their config.
 */
import {
  block,
  constant,
  gather,
  linear,
  mul,
  rmsNorm,
  rotary,
  rotaryTables,
  silu,
  type Tensor,
} from '@sftkit/tensor';
import { attendWith } from './cached-attention.js';
import { checkLength } from './check-length.js';
import type { DecoderConfig } from './decoder-config.js';
import type {
  DecoderBatch,
  DecoderModel,
  HiddenOptions,
  ParameterSpec,
  ParameterTensors,
} from './decoder-model.js';
import { mergeHeads, splitHeads } from './heads.js';
import { bias, matrix, norm } from './parameter-spec.js';
import { addBranch } from './residual.js';
import { takePositions } from './take-positions.js';

const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';

export function rotaryDecoder(config: DecoderConfig): DecoderModel {
  return {
    config,
    parameters: parameterSpecs(config),
    hidden: (parameters, batch, options = {}) => hidden(config, parameters, batch, options),
    head: (parameters) => parameters[config.tieWordEmbeddings ? EMBEDDING : HEAD]!,
  };
}

function parameterSpecs(config: DecoderConfig): ParameterSpec[] {
  const { vocabSize, width, numHeads, numKvHeads, headWidth, feedForwardWidth } = config;
  const specs = [matrix(EMBEDDING, [vocabSize, width])];
  for (let layer = 0; layer < config.numLayers; layer++) {
    const at = `model.layers.${layer}`;
    specs.push(norm(`${at}.input_layernorm.weight`, width));
    for (const [projection, heads] of [
      ['q_proj', numHeads],
      ['k_proj', numKvHeads],
      ['v_proj', numKvHeads],
    ] as const) {
      specs.push(matrix(`${at}.self_attn.${projection}.weight`, [heads * headWidth, width]));
      if (config.attentionBias) {
        specs.push(bias(`${at}.self_attn.${projection}.bias`, heads * headWidth));
      }
    }
    if (config.qkNorm) {
      specs.push(
        norm(`${at}.self_attn.q_norm.weight`, headWidth),
        norm(`${at}.self_attn.k_norm.weight`, headWidth),
      );
    }
    specs.push(matrix(`${at}.self_attn.o_proj.weight`, [width, numHeads * headWidth], 'residual'));
    if (config.attentionOutputBias) {
      specs.push(bias(`${at}.self_attn.o_proj.bias`, width));
    }
    specs.push(
      norm(`${at}.post_attention_layernorm.weight`, width),
      matrix(`${at}.mlp.gate_proj.weight`, [feedForwardWidth, width]),
      matrix(`${at}.mlp.up_proj.weight`, [feedForwardWidth, width]),
      matrix(`${at}.mlp.down_proj.weight`, [width, feedForwardWidth], 'residual'),
    );
  }
  specs.push(norm('model.norm.weight', width));
  if (!config.tieWordEmbeddings) {
    specs.push(matrix(HEAD, [vocabSize, width]));
  }
  return specs;
}

function hidden(
  config: DecoderConfig,
  parameters: ParameterTensors,
  batch: DecoderBatch,
  { cache, dropout, longestSegment, wanted, observe }: HiddenOptions,
): Tensor {
  const { numLayers, numHeads, numKvHeads, headWidth, normEpsilon, slidingWindow } = config;
  const length = (cache ?? batch).positions.shape[1]!;
  checkLength(length, config.maxPositions);

  const attend = attendWith(batch, { cache, slidingWindow, longestSegment });
  const rotate = rotation(batch.positions, {
    maxPositions: length,
    headWidth,
    theta: config.ropeTheta,
    ...(config.ropeScaling && { scaling: config.ropeScaling }),
  });

  const runLayer = (layer: number, input: Tensor): Tensor => {
    const parameter = (name: string) => parameters[`model.layers.${layer}.${name}`];
    const project = (name: string, from: Tensor) =>
      linear(from, parameter(`${name}.weight`)!, parameter(`${name}.bias`));
    const normHeads = (name: string, heads: Tensor) =>
      config.qkNorm
        ? rmsNorm(heads, parameter(`self_attn.${name}.weight`)!, { epsilon: normEpsilon })
        : heads;

    const normed = rmsNorm(input, parameter('input_layernorm.weight')!, { epsilon: normEpsilon });
    const queries = normHeads('q_norm', splitHeads(project('self_attn.q_proj', normed), numHeads)); // (B, H, T, D)
    const keys = normHeads('k_norm', splitHeads(project('self_attn.k_proj', normed), numKvHeads)); // (B, K, T, D)
    const values = splitHeads(project('self_attn.v_proj', normed), numKvHeads); // (B, K, T, D)
    const attended = mergeHeads(attend(layer, rotate(queries), rotate(keys), values)); // (B, T, H * D)
    // From here on, each position is by itself; what is (B, T, ...) is (N, ...) where only N are kept.
    const kept = layer === numLayers - 1 ? wanted : undefined;
    const projected = project('self_attn.o_proj', takePositions(attended, kept));
    const x = addBranch(takePositions(input, kept), projected, layer, 'attention', dropout);

    const wide = rmsNorm(x, parameter('post_attention_layernorm.weight')!, { epsilon: normEpsilon });
    const gated = mul(silu(project('mlp.gate_proj', wide)), project('mlp.up_proj', wide)); // (B, T, F)
    return addBranch(x, project('mlp.down_proj', gated), layer, 'feedForward', dropout);
  };

  let x = gather(parameters[EMBEDDING]!, batch.inputIds); // (B, T) -> (B, T, C)
  observe?.('embedding', x);
  for (let layer = 0; layer < numLayers; layer++) {
    const input = x;
    x = block(() => runLayer(layer, input));
    observe?.(`layers.${layer}`, x);
  }
  return rmsNorm(x, parameters['model.norm.weight']!, { epsilon: normEpsilon });
}

/** Rotary embedding with tables of cosines and sines that are constants of the program. */
function rotation(positions: Tensor, tables: Parameters<typeof rotaryTables>[0]): (x: Tensor) => Tensor {
  const shape = [tables.maxPositions, tables.headWidth / 2];
  const { cos, sin } = rotaryTables(tables);
  const cosTable = constant(cos, shape); // (M, D/2)
  const sinTable = constant(sin, shape);
  return (x) => rotary(x, positions, cosTable, sinTable);
}
