import { stringifyJson } from '@sftkit/json';
import type { RotaryScaling } from '@sftkit/tensor';
import { type ConfigFields, type ConfigJson, float, LIMITS, shown } from './config-fields.js';

export interface Rope {
  readonly ropeTheta: number;
  readonly ropeScaling: RotaryScaling | undefined;
}

/** What the settings are where the config does not say. */
export interface RopeDefaults {
  readonly ropeTheta: number;
  readonly maxPositions: number;
}

/**
 * Reads the rotary embedding's settings in both of Hugging Face's styles: `rope_theta` beside `rope_scaling`,
 * and the newer `rope_parameters` that holds both. Transformers 5 reads the older object as the newer one.
 * @throws {ConfigError} for a kind of scaling that is not computed, and for fields that contradict each other
 */
export function readRope(fields: ConfigFields, defaults: RopeDefaults): Rope {
  fields.expectOneOf('partial_rotary_factor', [1], 'rotating a part of each head is not supported');
  const [older, newer] = ['rope_scaling', 'rope_parameters'].map((name) => {
    const inner = fields.object(name);
    return inner && readInner(inner, fields, defaults);
  });
  if (older && newer && stringifyJson(older) !== stringifyJson(newer)) {
    const both = `rope_scaling says ${shown(fields.get('rope_scaling'))}, rope_parameters ${shown(fields.get('rope_parameters'))}`;
    throw fields.error(
      'rope_parameters',
      `expected the settings of rope_scaling: ${both}; remove one of them`,
    );
  }
  return older ?? newer ?? { ropeTheta: readTheta(fields, defaults), ropeScaling: undefined };
}

function readTheta(fields: ConfigFields, { ropeTheta }: RopeDefaults): number {
  return fields.positiveNumber('rope_theta', { absent: ropeTheta });
}

function readInner(inner: ConfigFields, fields: ConfigFields, defaults: RopeDefaults): Rope {
  return {
    ropeTheta: eitherOf(inner, fields, 'rope_theta', (from) => readTheta(from, defaults)),
    ropeScaling: readScaling(inner, fields, defaults),
  };
}

/** A field that may stand inside or outside. */
function eitherOf(
  inner: ConfigFields,
  outer: ConfigFields,
  field: string,
  read: (fields: ConfigFields) => number,
): number {
  const value = read(inner.has(field) ? inner : outer);
  if (inner.has(field) && outer.has(field) && read(outer) !== value) {
    throw inner.error(
      field,
      `expected ${read(outer)} as in ${field} outside, got ${value}; releases of transformers differ in which they take: remove the wrong one`,
    );
  }
  return value;
}

function readScaling(
  scaling: ConfigFields,
  fields: ConfigFields,
  { maxPositions }: RopeDefaults,
): RotaryScaling | undefined {
  for (const kind of ['full_attention', 'sliding_attention']) {
    if (scaling.has(kind)) {
      throw scaling.error(
        kind,
        'expected one set of rotary settings for all layers; settings per kind of layer are not supported',
      );
    }
  }
  scaling.expectOneOf('partial_rotary_factor', [1], 'rotating a part of each head is not supported');
  const type = readType(scaling);
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
        originalMaxPositionEmbeddings: eitherOf(scaling, fields, 'original_max_position_embeddings', (from) =>
          from.positiveInteger('original_max_position_embeddings', {
            max: LIMITS.positions,
            absent: maxPositions,
          }),
        ),
      };
  }
}

/** `rope_type`, which older releases call `type`; where a factor is given, it must be said what it is a factor of. */
function readType(scaling: ConfigFields): 'default' | 'linear' | 'llama3' {
  const newer = scaling.get('rope_type');
  const older = scaling.get('type');
  if (newer !== undefined && older !== undefined && newer !== older) {
    throw scaling.error(
      'rope_type',
      `expected ${shown(older)} as in type beside it, got ${shown(newer)}; remove one of them`,
    );
  }
  const type = newer ?? older ?? (scaling.has('factor') ? null : 'default');
  if (type === 'default' || type === 'linear' || type === 'llama3') {
    return type;
  }
  throw scaling.error(
    newer === undefined && older !== undefined ? 'type' : 'rope_type',
    `expected "default", "linear" or "llama3", got ${type === null ? 'a factor without it' : `${shown(type)}; this scaling is not supported`}`,
  );
}

/**
 * The older of the two styles, which releases of transformers before 5 read as well. Two fields and a float is all that
 * 4.31 to 4.42 accept of a linear scaling; later ones warn of factors that are integers.
 */
export function writeRope({ ropeTheta, ropeScaling }: Rope): ConfigJson {
  return {
    rope_theta: float(ropeTheta),
    rope_scaling: ropeScaling === undefined ? null : writeScaling(ropeScaling),
    rope_parameters: undefined,
    original_max_position_embeddings: undefined,
  };
}

function writeScaling(scaling: RotaryScaling): ConfigJson {
  return scaling.kind === 'linear'
    ? { type: 'linear', factor: float(scaling.factor) }
    : {
        rope_type: 'llama3',
        factor: float(scaling.factor),
        low_freq_factor: float(scaling.lowFreqFactor),
        high_freq_factor: float(scaling.highFreqFactor),
        original_max_position_embeddings: scaling.originalMaxPositionEmbeddings,
      };
}
