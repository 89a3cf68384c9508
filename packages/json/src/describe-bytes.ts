/** What a file is that should have been text: the mistakes that people make with model directories and data. */

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/**
 * What is wrong with the beginning of a file that should be UTF-8 text, and what to do; undefined where nothing is.
 * @param bytes the first ones; 512 are enough
 */
export function describeWrongBytes(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 512));
  if (text.startsWith(LFS_POINTER)) {
    return 'it is a pointer of Git LFS, not the file; fetch it with git lfs pull';
  }
  if (text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff')) {
    return 'expected UTF-8, found UTF-16; save the file as UTF-8';
  }
  if (/^(?:\0[^\0]){2}|^(?:[^\0]\0){2}/.test(text)) {
    return 'expected UTF-8, found UTF-16 (every second byte is 0); save the file as UTF-8';
  }
  if (/^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml)/i.test(text)) {
    return 'expected the file, found a web page; download the file itself (its "raw" or "resolve" address)';
  }
  const kind = KINDS.find(([start]) => text.startsWith(start));
  return kind && `expected text, found ${kind[1]}`;
}

const KINDS: readonly (readonly [start: string, kind: string])[] = [
  ['\x1f\x8b', 'a gzip archive; unpack it with gunzip'],
  ['PK\x03\x04', 'a zip archive; unpack it'],
  ['PAR1', 'a Parquet file; convert it to JSON Lines'],
  ['\x28\xb5\x2f\xfd', 'a zstd archive; unpack it with zstd -d'],
];
