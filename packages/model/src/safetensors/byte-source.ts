/** Bytes that can be read anywhere: a file, a Blob, an HTTP resource that takes ranges. */
export interface ByteSource {
  /** For messages: a file name or an address. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Bytes [start, end), which lie inside the source. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** A source over bytes in memory. */
export function bytesSource(name: string, bytes: Uint8Array): ByteSource {
  return { name, size: bytes.byteLength, read: async (start, end) => bytes.subarray(start, end) };
}
