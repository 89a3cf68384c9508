import type { RotaryScaling } from '@sftkit/tensor';
import type { ConfigFields, ConfigJson } from './config-fields.js';

export interface Rope {
  readonly ropeTheta: number;
  readonly ropeScaling: RotaryScaling | undefined;
}

/**
 * Reads the rotary embedding's settings in both of Hugging Face's styles: `rope_theta` beside `rope_scaling`,
 * and the newer `rope_parameters` that holds both.
 * @throws {ConfigError} for a kind of scaling that is not computed
 */
export function readRope(fields: ConfigFields, defaultTheta: number): Rope {
  fields.expectOneOf('partial_rotary_factor', [1], 'rotating a part of each head is not supported');
  const parameters = fields.object('rope_parameters');
  const scaling = parameters ?? fields.object('rope_scaling');
  const ropeTheta = parameters?.positiveNumber(
    'rope_theta',
    fields.positiveNumber('rope_theta', defaultTheta),
  );
  return {
    ropeTheta: ropeTheta ?? fields.positiveNumber('rope_theta', defaultTheta),
    ropeScaling: scaling === undefined ? undefined : readScaling(scaling, fields),
  };
}

function readScaling(scaling: ConfigFields, fields: ConfigFields): RotaryScaling | undefined {
  const field =
    scaling.get('rope_type') === undefined && scaling.get('type') !== undefined ? 'type' : 'rope_type';
  for (const kind of ['full_attention', 'sliding_attention']) {
    if (scaling.get(kind) !== undefined) {
      throw scaling.error(
        kind,
        'expected one set of rotary settings for all layers; settings per kind of layer are not supported',
      );
    }
  }
  scaling.expectOneOf('partial_rotary_factor', [1], 'rotating a part of each head is not supported');
  const type = scaling.text(field, 'default');
  switch (type) {
    case 'default':
      return undefined;
    case 'linear':
      return { kind: type, factor: scaling.positiveNumber('factor') };
    case 'llama3':
      return {
        kind: type,
        factor: scaling.positiveNumber('factor'),
        lowFreqFactor: scaling.positiveNumber('low_freq_factor'),
        highFreqFactor: scaling.positiveNumber('high_freq_factor'),
        originalMaxPositionEmbeddings: scaling.positiveInteger(
          'original_max_position_embeddings',
          fields.get('original_max_position_embeddings') as number | undefined,
        ),
      };
    default:
      throw scaling.error(
        field,
        `expected "default", "linear" or "llama3", got ${JSON.stringify(type)}; this scaling is not supported`,
      );
  }
}

/** The older of the two styles, which every release of transformers reads. */
export function writeRope({ ropeTheta, ropeScaling }: Rope): ConfigJson {
  return {
    rope_theta: ropeTheta,
    rope_scaling: ropeScaling === undefined ? null : writeScaling(ropeScaling),
  };
}

function writeScaling(scaling: RotaryScaling): ConfigJson {
  return scaling.kind === 'linear'
    ? { rope_type: 'linear', type: 'linear', factor: scaling.factor }
    : {
        rope_type: 'llama3',
        factor: scaling.factor,
        low_freq_factor: scaling.lowFreqFactor,
        high_freq_factor: scaling.highFreqFactor,
        original_max_position_embeddings: scaling.originalMaxPositionEmbeddings,
      };
}
