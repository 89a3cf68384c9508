/** The command line in this process, and a tiny project to run it on. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tinyRecipe } from '../../../packages/sft/test/tiny-project.js';
import { main } from '../src/main.js';
import { painter } from '../src/terminal.js';

export * from '../../../packages/sft/test/tiny-project.js';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process. */
export async function sftkit(...args: readonly string[]): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await main(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    isTTY: false,
    columns: 100,
    paint: painter(false),
  });
  return { code, out, err };
}

/** A recipe as YAML; its values may be overwritten. */
export function writeRecipe(directory: string, values: Readonly<Record<string, unknown>> = {}): string {
  const path = join(directory, 'recipe.yaml');
  writeFileSync(path, JSON.stringify(tinyRecipe(directory, values))); // JSON is YAML
  return path;
}
