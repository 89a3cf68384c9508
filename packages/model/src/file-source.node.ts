import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource } from './safetensors/byte-source.js';

/** Largest single read, in bytes: Node refuses 2 GiB and more. */
const MAX_READ_BYTES = 2 ** 30;

/** A file as a source of byte ranges. */
export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** Opens a file for reading by range. The error of a missing file is Node's own. */
export async function fileSource(path: string): Promise<FileSource> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  return {
    name: path,
    size,
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
