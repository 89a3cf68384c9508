import { type FileHandle, open } from 'node:fs/promises';
import { WeightsError } from './model-error.js';
import type { ByteSource } from './safetensors/byte-source.js';

/** Largest single read, in bytes: Node refuses 2 GiB and more. */
const MAX_READ_BYTES = 2 ** 30;

/** A file as a source of byte ranges. */
export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/**
 * Opens a file for reading by range.
 * @throws {WeightsError} if it is a directory, or cannot be opened
 */
export async function fileSource(path: string): Promise<FileSource> {
  const handle = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw new WeightsError(`${path}: cannot be read (${cause.message})`, { cause });
  });
  const stats = await handle.stat();
  if (!stats.isFile()) {
    await handle.close();
    const found = stats.isDirectory() ? 'a directory' : 'a device or a pipe';
    throw new WeightsError(`${path}: expected a file, found ${found}`);
  }
  return {
    name: path,
    size: stats.size,
    read: (start, end) => readRange(handle, start, end),
    close: () => handle.close(),
  };
}

/** Shorter than asked for where the file has shrunk meanwhile. */
async function readRange(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const wanted = Math.min(bytes.length - filled, MAX_READ_BYTES);
    const { bytesRead } = await handle.read(bytes, filled, wanted, start + filled);
    if (bytesRead === 0) {
      return bytes.slice(0, filled);
    }
    filled += bytesRead;
  }
  return bytes;
}
