import type { Shape, Tensor } from '@sftkit/tensor';
import type { DecoderConfig } from './decoder-config.js';

/** One trainable tensor, named as in the Hugging Face checkpoint. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  /** Whether weight decay applies: to matrices and embeddings, not to norms and biases. */
  readonly decay: boolean;
  /** How a model that is trained from scratch starts; see `initialize`. */
  readonly initialization: 'normal' | 'residual' | 'ones' | 'zeros';
}

/** Symbolic tensors of a packed batch, all i32 (B, T). */
export interface DecoderBatch {
  readonly inputIds: Tensor;
  /** Position inside the token's own segment. */
  readonly positions: Tensor;
  /** Tokens see only their own segment. */
  readonly segmentIds: Tensor;
}

/** The two additions to the residual stream in a layer. */
export type Branch = 'attention' | 'feedForward';

/**
 * Dropout on the output of each branch before it joins the residual stream; none on the embedding.
 * @see Vaswani et al., 2017, section 5.4; LIMA (Zhou et al., 2023), section 3
 */
export interface ResidualDropout {
  /** (numLayers) share of the elements dropped, per layer; 0 drops nothing and costs nothing. */
  readonly rates: readonly number[];
  /** Key (8, 2) of the counter-based generator for a place; asked once for each place whose rate is not 0. */
  readonly key: (layer: number, branch: Branch) => Tensor;
}

/** Keys and values from earlier calls; see `generation/`. */
export interface KeyValueCache {
  /** i32 (B, S) */
  readonly segmentIds: Tensor;
  /** i32 (B, S) */
  readonly positions: Tensor;
  /** Takes a layer's new keys and values (B, K, T, D), returns those that the queries attend to (B, K, S, D). */
  extend(layer: number, keys: Tensor, values: Tensor): { readonly keys: Tensor; readonly values: Tensor };
}

export interface HiddenOptions {
  readonly dropout?: ResidualDropout | undefined;
  readonly cache?: KeyValueCache | undefined;
  /** No segment has more tokens than this: attention looks no further back. Absent: a segment may fill a row. */
  readonly longestSegment?: number | undefined;
  /**
   * i32 (N), of the B * T positions counted row by row: whose hidden states are wanted. The last layer computes
   * what follows its attention for these alone. Absent: all of them.
   */
  readonly wanted?: Tensor | undefined;
  /** Called with the named intermediates of the trace, for tests and for looking inside. */
  readonly observe?: ((name: string, value: Tensor) => void) | undefined;
}

/** Parameters of a trace by Hugging Face name. */
export type ParameterTensors = Readonly<Record<string, Tensor>>;

/** A decoder as functions that write its program; see `trace` in @sftkit/tensor. */
export interface DecoderModel {
  readonly config: DecoderConfig;
  readonly parameters: readonly ParameterSpec[];
  /**
   * Final hidden states, after the last norm.
   * @returns (B, T, C); (N, C) of the wanted positions
   * @throws {ModelError} if T is above the model's context
   */
  hidden(parameters: ParameterTensors, batch: DecoderBatch, options?: HiddenOptions): Tensor;
  /** The output head (V, C): logits are hidden times its transpose. The embedding where the two are tied. */
  head(parameters: ParameterTensors): Tensor;
}
