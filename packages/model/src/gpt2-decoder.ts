/**
 * GPT-2: pre-norm blocks with layerNorm, learned positions, fused query-key-value projection and a gelu
 * feed-forward. Its projections are "Conv1D" weights, stored (in, out).
 * @see Radford et al., 2019, "Language Models are Unsupervised Multitask Learners", section 2.3
 */
import {
  add,
  block,
  gather,
  gelu,
  layerNorm,
  matmul,
  reshape,
  sizeOf,
  slice,
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

const TOKEN_EMBEDDING = 'transformer.wte.weight';
const POSITION_EMBEDDING = 'transformer.wpe.weight';
const HEAD = 'lm_head.weight';

export function gpt2Decoder(config: DecoderConfig): DecoderModel {
  return {
    config,
    parameters: parameterSpecs(config),
    hidden: (parameters, batch, options = {}) => hidden(config, parameters, batch, options),
    head: (parameters) => parameters[config.tieWordEmbeddings ? TOKEN_EMBEDDING : HEAD]!,
  };
}

function parameterSpecs({
  vocabSize,
  width,
  numLayers,
  feedForwardWidth,
  maxPositions,
  tieWordEmbeddings,
}: DecoderConfig): ParameterSpec[] {
  const specs = [
    matrix(TOKEN_EMBEDDING, [vocabSize, width]),
    matrix(POSITION_EMBEDDING, [maxPositions, width]),
  ];
  for (let layer = 0; layer < numLayers; layer++) {
    const at = `transformer.h.${layer}`;
    specs.push(
      norm(`${at}.ln_1.weight`, width),
      bias(`${at}.ln_1.bias`, width),
      matrix(`${at}.attn.c_attn.weight`, [width, 3 * width]),
      bias(`${at}.attn.c_attn.bias`, 3 * width),
      matrix(`${at}.attn.c_proj.weight`, [width, width], 'residual'),
      bias(`${at}.attn.c_proj.bias`, width),
      norm(`${at}.ln_2.weight`, width),
      bias(`${at}.ln_2.bias`, width),
      matrix(`${at}.mlp.c_fc.weight`, [width, feedForwardWidth]),
      bias(`${at}.mlp.c_fc.bias`, feedForwardWidth),
      matrix(`${at}.mlp.c_proj.weight`, [feedForwardWidth, width], 'residual'),
      bias(`${at}.mlp.c_proj.bias`, width),
    );
  }
  specs.push(norm('transformer.ln_f.weight', width), bias('transformer.ln_f.bias', width));
  if (!tieWordEmbeddings) {
    specs.push(matrix(HEAD, [vocabSize, width]));
  }
  return specs;
}

function hidden(
  { width, numLayers, numHeads, normEpsilon, maxPositions, geluApproximate }: DecoderConfig,
  parameters: ParameterTensors,
  batch: DecoderBatch,
  { cache, dropout, longestSegment, wanted, observe }: HiddenOptions,
): Tensor {
  checkLength((cache ?? batch).positions.shape[1]!, maxPositions);
  const attend = attendWith(batch, { cache, slidingWindow: undefined, longestSegment });

  const runLayer = (layer: number, input: Tensor): Tensor => {
    const parameter = (name: string) => parameters[`transformer.h.${layer}.${name}`]!;
    const project = (name: string, from: Tensor) =>
      conv1d(from, parameter(`${name}.weight`), parameter(`${name}.bias`));
    const normalize = (name: string, from: Tensor) =>
      layerNorm(from, parameter(`${name}.weight`), parameter(`${name}.bias`), { epsilon: normEpsilon });
    const look = (name: string, value: Tensor) => {
      observe?.(`layers.${layer}.${name}`, value);
      return value;
    };

    const fused = look('qkv', project('attn.c_attn', look('ln1', normalize('ln_1', input)))); // (B, T, 3 * C)
    const part = (index: number) => splitHeads(slice(fused, 2, index * width, (index + 1) * width), numHeads); // (B, H, T, D)
    const attended = attend(layer, look('q', part(0)), look('k', part(1)), look('v', part(2)));
    // From here on, each position is by itself; what is (B, T, ...) is (N, ...) where only N are kept.
    const kept = layer === numLayers - 1 ? wanted : undefined;
    const heads = takePositions(look('heads', mergeHeads(attended)), kept);
    const attention = look('attention', project('attn.c_proj', heads));
    const residual = takePositions(input, kept);
    const x = look('afterAttention', addBranch(residual, attention, layer, 'attention', dropout));

    const wide = look(
      'gelu',
      gelu(look('fc', project('mlp.c_fc', look('ln2', normalize('ln_2', x)))), {
        approximate: geluApproximate,
      }),
    ); // (B, T, F)
    const feedForward = look('feedForward', project('mlp.c_proj', wide));
    return addBranch(x, feedForward, layer, 'feedForward', dropout);
  };

  let x = add(
    gather(parameters[TOKEN_EMBEDDING]!, batch.inputIds),
    gather(parameters[POSITION_EMBEDDING]!, batch.positions),
  ); // (B, T, C)
  observe?.('embedding', x);
  for (let layer = 0; layer < numLayers; layer++) {
    const input = x;
    x = block(() => runLayer(layer, input));
    observe?.(`layers.${layer}`, x);
  }
  return layerNorm(x, parameters['transformer.ln_f.weight']!, parameters['transformer.ln_f.bias']!, {
    epsilon: normEpsilon,
  });
}

/** x (..., I) times weight (I, O), plus bias (O). */
function conv1d(x: Tensor, weight: Tensor, offset: Tensor): Tensor {
  const leading = x.shape.slice(0, -1);
  const flat = matmul(reshape(x, [sizeOf(leading), weight.shape[0]!]), weight); // (..., I) -> (M, O)
  return reshape(add(flat, offset), [...leading, weight.shape[1]!]);
}
