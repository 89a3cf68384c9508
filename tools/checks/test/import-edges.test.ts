/**
 * The one road through the house: who may import whom, and what may touch the machine. The tables are the
 * plan's; a package that skips a floor fails here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

/** Package -> ours that its sources may import; `types` marks edges for which only types may cross. */
const allowed: Readonly<Record<string, Readonly<Record<string, 'values' | 'types'>>>> = {
  json: {},
  templates: {},
  tokenization: { json: 'values' },
  data: { templates: 'values', json: 'values' },
  masking: { templates: 'values', tokenization: 'values' },
  tensor: {},
  'tensor-onnx': { tensor: 'values' },
  model: { tensor: 'values', json: 'values' },
  trainer: { tensor: 'values', model: 'values', masking: 'types' },
  sft: {
    json: 'values',
    data: 'values',
    templates: 'values',
    tokenization: 'values',
    masking: 'values',
    tensor: 'values',
    'tensor-onnx': 'values',
    model: 'values',
    trainer: 'values',
  },
};

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => join(folder, path));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  const statements = text.matchAll(
    /\b(?:import|export)\s+(type\s+)?[^'";]*?\bfrom\s+'([^']+)'|\bimport\s*\(?\s*'([^']+)'/g,
  );
  return [...statements].map(([, type, from, bare]) => ({
    file: relative(root, file),
    specifier: (from ?? bare)!,
    typeOnly: type !== undefined,
  }));
}

/** Packages that are made of machine code, or start it. */
const nativePackages = new Set(['onnxruntime-node', 'webgpu']);

/** The files that a package's `exports` lead to, with the subpath and the conditions on the way. */
function targetsOf(
  exports: unknown,
  way: readonly string[] = [],
): { way: readonly string[]; file: string }[] {
  return typeof exports === 'string'
    ? [{ way, file: exports }]
    : Object.entries(exports as object).flatMap(([key, rest]) => targetsOf(rest, [...way, key]));
}

/** The file without comments and the contents of strings, which may speak of anything. */
function codeOf(file: string): string {
  return readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/`(?:\\[\s\S]|[^`\\])*`/g, '``')
    .replace(/'(?:\\.|[^'\\\n])*'/g, "''")
    .replace(/\/\/.*$/gm, '');
}

const packages = readdirSync(join(root, 'packages'));

describe('import edges', () => {
  it('covers every package', () => {
    expect(Object.keys(allowed).sort()).toEqual(packages.sort());
  });

  it.each(packages)('%s imports only the floors below it', (name) => {
    const imports = sources(join(root, 'packages', name, 'src')).flatMap(importsOf);
    expect(imports.length).toBeGreaterThan(0);
    const wrong = imports.filter(({ specifier, typeOnly }) => {
      const ours = /^(?:@sftkit\/([^/]+)|sftkit)/.exec(specifier);
      if (!ours) {
        return false;
      }
      const edge = allowed[name]![ours[1] ?? 'sftkit'];
      return edge === undefined || (edge === 'types' && !typeOnly);
    });
    expect(wrong).toEqual([]);
  });

  it.each(packages)('%s declares what it imports, and no more', (name) => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const imported = new Set(
      sources(join(root, 'packages', name, 'src'))
        .flatMap(importsOf)
        .map(({ specifier }) => specifier)
        .filter((specifier) => !/^(?:\.|#|node:)/.test(specifier))
        .map((specifier) =>
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        ),
    );
    expect([...imported].sort()).toEqual(declared.sort());
  });

  it.each(packages)('%s touches the machine only in *.node.ts', (name) => {
    const folder = join(root, 'packages', name, 'src');
    const browser = sources(folder).filter((file) => !file.endsWith('.node.ts'));
    const wrong = browser.filter((file) => {
      const text = codeOf(file);
      const reachesNode = importsOf(file).some(
        ({ specifier, typeOnly }) =>
          specifier.startsWith('node:') ||
          /\.node\.js$/.test(specifier) ||
          (nativePackages.has(specifier) && !typeOnly),
      );
      return reachesNode || /(?<![\w.'"`])(?:process\.|console\.|Buffer\.from|require\()/.test(text);
    });
    expect(wrong.map((file) => relative(root, file))).toEqual([]);
  });

  it.each(packages)('%s has *.node.ts behind ./node or the condition node, and nothing else', (name) => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
    const targets = [manifest.exports, manifest.publishConfig.exports].flatMap((each) => targetsOf(each));
    const wrong = targets.filter(
      ({ way, file }) => file.includes('.node.') !== (way.includes('./node') || way.includes('node')),
    );
    expect(wrong).toEqual([]);
    expect(targets.length).toBeGreaterThan(0);
  });

  it('nothing imports the app', () => {
    const all = packages.flatMap((name) => sources(join(root, 'packages', name, 'src')).flatMap(importsOf));
    expect(all.filter(({ specifier }) => specifier === 'sftkit' || specifier.startsWith('sftkit/'))).toEqual(
      [],
    );
  });
});
