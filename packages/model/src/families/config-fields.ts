import { jsonNumber, jsonObject, shortJson } from '@sftkit/json';
import { ConfigError } from '../model-error.js';

/** A parsed `config.json`, its numbers as `parseJson` of @sftkit/json reads them. */
export type ConfigJson = Readonly<Record<string, unknown>>;

/**
 * Sizes above these are mistakes: no model comes near them, and below them a model is described in a moment, whether
 * or not its weights are there.
 */
export const LIMITS = {
  /** DeepNet (Wang et al., 2022) has as many, the most that were published. */
  layers: 1000,
  /** Model width, heads, width of a head. */
  width: 2 ** 20,
  /** Rows of a matrix: vocabulary, feed-forward width. */
  rows: 2 ** 24,
  /** Tokens of a context. */
  positions: 2 ** 30,
  /** Elements of one matrix: what a typed array holds. */
  elements: 2 ** 32 - 1,
} as const;

export interface NumberOptions {
  readonly max?: number;
  /** What a field that is not there means; without it, the field is required. */
  readonly absent?: number | undefined;
  /** What null means; without it, null is refused. */
  readonly ifNull?: number | undefined;
}

/**
 * Typed reading of a `config.json` (or an object inside one, whose name is `prefix`). A field that is null is not one that is
 * absent: transformers gives its default only to the second.
 * @throws {ConfigError} naming the field, what was expected and what is there
 */
export class ConfigFields {
  private readonly json: ConfigJson;
  private readonly prefix: string;

  constructor(json: ConfigJson, prefix = '') {
    this.json = json;
    this.prefix = prefix;
  }

  /** Whether the field is there, be it null. */
  has(field: string): boolean {
    return this.json[field] !== undefined;
  }

  isNull(field: string): boolean {
    return this.json[field] === null;
  }

  /** The value; undefined where the field is absent or null. */
  get(field: string): unknown {
    const value = this.json[field] ?? undefined;
    return jsonNumber(value) ?? value;
  }

  positiveInteger(field: string, options: NumberOptions): number {
    return this.number(field, 'positive integer', options, Number.isInteger);
  }

  positiveNumber(field: string, options: NumberOptions = {}): number {
    return this.number(field, 'positive number', options, Number.isFinite);
  }

  /** Null is false, as in Python. */
  boolean(field: string, absent: boolean): boolean {
    const value = this.has(field) ? (this.get(field) ?? false) : absent;
    if (typeof value !== 'boolean') {
      throw this.error(field, `expected true or false, got ${shown(value)}`);
    }
    return value;
  }

  /** The fields of an object inside; undefined where it is absent, null or empty. */
  object(field: string): ConfigFields | undefined {
    const value = this.get(field);
    const object = jsonObject(value);
    if (value !== undefined && object === undefined) {
      throw this.error(field, `expected an object, got ${shown(value)}`);
    }
    if (object === undefined || Object.keys(object).length === 0) {
      return undefined;
    }
    return new ConfigFields(object, `${this.prefix}${field}.`);
  }

  /** Refuses everything but `supported`; a field that is absent is one of them, and null counts as false. */
  expectOneOf(field: string, supported: readonly unknown[], reason: string): void {
    if (this.has(field) && !supported.includes(this.get(field) ?? false)) {
      const expected = supported.map((option) => shown(option)).join(' or ');
      throw this.error(field, `expected ${expected}, got ${shown(this.json[field])}; ${reason}`);
    }
  }

  error(field: string, message: string): ConfigError {
    return new ConfigError(`${this.prefix}${field}`, message);
  }

  private number(
    field: string,
    kind: string,
    { max, absent, ifNull }: NumberOptions,
    accepts: (value: unknown) => boolean,
  ): number {
    const expected = `expected a ${kind}`;
    const value = this.has(field) ? (this.get(field) ?? ifNull ?? null) : absent;
    if (value === undefined) {
      throw this.error(
        field,
        `${expected}, but the field is missing; is this the config of a ${this.describeType()} model?`,
      );
    }
    if (typeof value === 'number' && max !== undefined && value > max) {
      throw this.error(field, `${expected} up to ${max}, got ${shown(value)}`);
    }
    if (typeof value === 'number' && accepts(value) && value > 0) {
      return value;
    }
    const remedy = value === null && absent !== undefined ? `; without the field it is ${absent}` : '';
    throw this.error(field, `${expected}, got ${shown(value)}${remedy}`);
  }

  private describeType(): string {
    const type = this.json.model_type;
    return typeof type === 'string' ? `complete ${shortJson(type)}` : 'decoder';
  }
}

/** A value as JSON, short enough for a message. */
export function shown(value: unknown): string {
  const number = jsonNumber(value);
  const isBeyond = number !== undefined && !Number.isFinite(number);
  return isBeyond ? `a number beyond ${Number.MAX_VALUE}` : shortJson(value);
}

/** A number that Python shall read as a float: 8.0. */
export function float(value: number): unknown {
  return Object(value);
}
