import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles a file of this folder as its user's bundler would; kernels must survive that. Not minified: gpu.js reads source text. */
export async function bundle(file: string, platform: 'node' | 'browser'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    write: false,
    format: platform === 'node' ? 'esm' : 'iife',
    platform,
    target: 'es2022',
    conditions: ['@sftkit/source'],
    external: platform === 'node' ? ['gpu.js', 'webgpu'] : [],
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}
