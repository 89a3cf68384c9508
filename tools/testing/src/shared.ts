/**
 * Real models, data and templates live in `../shared` beside the project's root and are never copied
 * into it. Tests that use them skip, saying so, where the folder is missing:
 *
 *     describe.skipIf(!sharedIsPresent())('stories260K (needs ../shared)', ...)
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const shared = join(root, '..', 'shared');

/** Whether the folder of test inputs lies beside the project's root. */
export function sharedIsPresent(): boolean {
  return existsSync(join(shared, 'SOURCES.md'));
}

/** Absolute path of a file below `../shared`. */
export function sharedFile(...parts: readonly string[]): string {
  return join(shared, ...parts);
}
