import { readFileSync } from 'node:fs';

/** Version of this package. Both src/ and dist/ stand beside its package.json. */
export function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
