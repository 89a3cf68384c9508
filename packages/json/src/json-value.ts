/**
 * JSON's values in JavaScript, without loss. Most are JavaScript's own; where its own would be another value, one that
 * says more stands in its place. All of them go through `structuredClone` unchanged.
 */

/** A number written with a point or an exponent that JavaScript would write as a whole one: 8.0, 1e22, -0.0. */
// biome-ignore lint/complexity/noBannedTypes: a boxed number is what tells 8.0 from 8, and calculates like it.
export type JsonFloat = Number;

/**
 * | in the text | here |
 * |---|---|
 * | a whole number | `number`; beyond 2^53 `bigint` |
 * | 8.5 | `number` |
 * | 8.0, 1e22, 1e400 | `JsonFloat` |
 * | an object | a plain object; a `Map` where that would change the order of the keys ({"b": 0, "1": 0}), or has `__proto__` |
 */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | JsonFloat
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }
  | ReadonlyMap<string, Json>;

/** A number as JavaScript calculates with it; undefined for what is none, and for a `bigint`. */
export function jsonNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof Number ? value.valueOf() : undefined;
}

/** An object of either form as a plain one, for reading by key; undefined for what is none. */
export function jsonObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (value instanceof Map) return Object.fromEntries(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Number) {
    return undefined;
  }
  return value as Readonly<Record<string, unknown>>;
}

/** Keys and values of an object of either form, in the order of the text. */
export function jsonEntries(value: object): readonly (readonly [string, unknown])[] {
  return value instanceof Map ? [...value] : Object.entries(value);
}
