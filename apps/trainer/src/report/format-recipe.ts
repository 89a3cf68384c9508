import type { ReadRecipe } from '@sftkit/sft';
import { stringify } from 'yaml';
import type { Paint } from '../terminal.js';
import { visibleText } from '../visible-text.js';

/** The resolved recipe as YAML, each value with its origin behind it. */
export function formatRecipe({ recipe, originOf }: ReadRecipe, paint: Paint): string {
  const lines: [string, string][] = [];
  const visit = (value: unknown, path: readonly string[]): void => {
    const indent = '  '.repeat(Math.max(0, path.length - 1));
    const key = path.at(-1);
    if (isObject(value) && Object.keys(value).length > 0) {
      if (key !== undefined) lines.push([`${indent}${key}:`, '']);
      for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
    } else if (value !== undefined) {
      const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
      lines.push([visibleText(`${indent}${key}: ${text}`), originOf(path)]);
    }
  };
  visit(recipe, []);
  const width = Math.min(60, Math.max(...lines.map(([text]) => text.length)));
  return lines
    .map(([text, origin]) => (origin === '' ? text : `${text.padEnd(width)}  ${paint('dim', `# ${origin}`)}`))
    .map((line) => `${line}\n`)
    .join('');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
