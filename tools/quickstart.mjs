/** `npm run quickstart`: set-up, then a base model becomes an assistant. Further words go to `sftkit train`. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, setUp } from './setup.mjs';

setUp();
// The quickstart is meant to be repeated; its run directory is its own.
rmSync(join(root, 'runs', 'quickstart'), { recursive: true, force: true });
process.exit(
  run('node', ['apps/trainer/bin/sftkit.js', 'train', 'recipes/quickstart.yaml', ...process.argv.slice(2)]),
);
