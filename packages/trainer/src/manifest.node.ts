/**
 * What a checkpoint holds, file by file: its name, size and SHA-256. It is written last, so that a checkpoint that agrees
 * with its manifest is the one that was saved, to the bit.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from './trainer-error.js';

export const MANIFEST_FILE = 'manifest.json';

interface FileEntry {
  readonly bytes: number;
  readonly sha256: string;
}

/** Describes all files of the directory as they stand, and flushes the description and the directory. */
export async function writeManifest(directory: string, step: number): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name !== MANIFEST_FILE).sort();
  const files: Record<string, FileEntry> = {};
  for (const name of names) {
    const path = join(directory, name);
    files[name] = { bytes: (await stat(path)).size, sha256: await sha256Of(path) };
  }
  const handle = await open(join(directory, MANIFEST_FILE), 'w');
  try {
    await handle.writeFile(`${JSON.stringify({ step, files }, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await flushDirectory(directory);
}

/**
 * Compares a checkpoint with its manifest, bit by bit.
 * @throws {CheckpointError} naming the file that is damaged or missing
 */
export async function checkManifest(directory: string): Promise<void> {
  const damaged = (problem: string, cause?: unknown) =>
    new CheckpointError(`${directory}: the checkpoint is damaged (${problem}); resume from an earlier one`, {
      cause,
    });
  let files: Readonly<Record<string, FileEntry>>;
  try {
    ({ files } = JSON.parse(await readFile(join(directory, MANIFEST_FILE), 'utf8')));
    if (Object.keys(files).length === 0) throw new Error('it names no file');
  } catch (cause) {
    throw damaged(`${MANIFEST_FILE}: ${(cause as Error).message.replace(/\s*\n\s*/g, ' ')}`, cause);
  }
  for (const [name, { bytes, sha256 }] of Object.entries(files)) {
    const path = join(directory, name);
    const size = await stat(path).then(
      ({ size }) => size,
      () => undefined,
    );
    if (size === undefined) throw damaged(`${name} is missing`);
    if (size !== bytes) throw damaged(`${name}: expected ${bytes} bytes, found ${size}`);
    if ((await sha256Of(path)) !== sha256) throw damaged(`${name}: its content is not what was saved`);
  }
}

/** So that a rename in it outlives a loss of power; some systems cannot flush a directory, and need not. */
export async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 22 })) hash.update(chunk);
  return hash.digest('hex');
}
