/**
 * Lines of a file that arrives in chunks, one in memory at a time. A UTF-8 line break is one byte that is
 * part of no other character, so bytes are cut first and decoded second: a broken byte is then known to the
 * line.
 */
import { DataError } from './data-error.js';

/** A file as it comes from a stream, a `fetch` body or a string; text chunks are cut anywhere. */
export type Chunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** Without its line feed; a carriage return stays, being white space to JSON. */
  readonly text: string;
}

/**
 * @param file name used in errors
 * @throws {DataError} at the first line that is not UTF-8
 */
export async function* readLines(chunks: Chunks, file: string): AsyncGenerator<Line> {
  let pending: (string | Uint8Array)[] = [];
  let number = 1;
  for await (const chunk of chunks) {
    let from = 0;
    for (;;) {
      const end = typeof chunk === 'string' ? chunk.indexOf('\n', from) : chunk.indexOf(0x0a, from);
      if (end < 0) break;
      pending.push(chunk.slice(from, end));
      yield { number, text: joinLine(pending, number, file) };
      pending = [];
      number += 1;
      from = end + 1;
    }
    // A copy, not a view: a stream may fill the same buffer again before the line is complete.
    if (from < chunk.length) pending.push(chunk.slice(from));
  }
  if (pending.length > 0) yield { number, text: joinLine(pending, number, file) };
}

function joinLine(parts: readonly (string | Uint8Array)[], number: number, file: string): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  try {
    for (const part of parts)
      text += typeof part === 'string' ? part : decoder.decode(part, { stream: true });
    text += decoder.decode();
  } catch (cause) {
    const problem = 'expected UTF-8, found a byte that is not; save the file as UTF-8';
    throw new DataError({ file, line: number }, undefined, problem, { cause });
  }
  return number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text;
}
