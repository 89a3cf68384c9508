/** Whether a file is text at all, seen at its first bytes. */
import { describeWrongBytes } from '@sftkit/json';
import { DataError } from './data-error.js';
import { joined } from './joined.js';
import type { Chunks } from './read-lines.js';

/** Longer than what tells a pointer of Git LFS, the longest of what is looked for. */
const ENOUGH_BYTES = 64;
/** A shorter line may be the whole file, and nothing is read ahead; UTF-16 takes 4 bytes to see. */
const LEAST_BYTES = 4;
const LOOKED_AT = 512;
const LINE_FEED = 0x0a;

/**
 * The chunks of a file, unchanged.
 * @param file name used in errors
 * @throws {DataError} saying what the file is instead of UTF-8 text
 */
export async function* checkStart(chunks: Chunks, file: string): AsyncGenerator<string | Uint8Array> {
  const held: (string | Uint8Array)[] = [];
  let start = new Uint8Array(0);
  let isChecked = false;
  for await (const chunk of chunks) {
    if (isChecked) {
      yield chunk;
      continue;
    }
    // A copy, not a view: a stream may fill the same buffer again.
    held.push(chunk.slice());
    start = joined(start, bytesOf(chunk));
    isChecked = start.length >= (start.includes(LINE_FEED) ? LEAST_BYTES : ENOUGH_BYTES);
    if (!isChecked) continue;
    check(start, file);
    yield* held;
  }
  if (isChecked) return;
  check(start, file);
  yield* held;
}

function check(start: Uint8Array, file: string): void {
  const problem = describeWrongBytes(start);
  if (problem !== undefined) throw new DataError({ file, line: 1 }, undefined, problem);
}

function bytesOf(chunk: string | Uint8Array): Uint8Array {
  const start = chunk.slice(0, LOOKED_AT);
  return typeof start === 'string' ? new TextEncoder().encode(start) : start;
}
