import type { Backend } from '../src/backend.js';
import { gather } from '../src/ops/gather.js';
import { f32, i32, trace } from '../src/trace.js';

const WIDTH = 257;
const ROWS = 65_400;

/**
 * Reads rows of a table of more than 2^24 numbers. Their indices are odd numbers that float32 cannot hold, so a
 * kernel that computes an index in floats reads its neighbour.
 * @returns one line for each wrong element
 */
export async function largeIndexCheck(backend: Backend): Promise<string[]> {
  const executable = await backend.compile(
    trace({ table: f32(ROWS, WIDTH), ids: i32(2) }, ({ table, ids }) => ({ rows: gather(table, ids) })),
  );
  const table = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => i % 1009);
  const ids = Int32Array.of(ROWS - 1, ROWS - 2);
  const { rows } = await executable.run({ table, ids });
  const actual = await rows!.read();
  const failures: string[] = [];
  for (const [i, value] of actual.entries()) {
    const index = ids[Math.floor(i / WIDTH)]! * WIDTH + (i % WIDTH);
    if (value !== index % 1009) {
      failures.push(`element ${index}: expected ${index % 1009}, got ${value}`);
    }
  }
  rows!.dispose();
  executable.dispose();
  return failures.slice(0, 3);
}
