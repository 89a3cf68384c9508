import { stringifyJson } from '@sftkit/json';

/** JSON with the keys of every object in order and nothing between the tokens: one text for one content. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'bigint' || value instanceof Number) return stringifyJson(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const present = entries.filter(([, entry]) => entry !== undefined);
  present.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${present.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
}
