/**
 * Rows by the space left in them: "the fullest row that still holds n tokens" in O(log T). A binary tree
 * over the sizes 0 ... T counts the rows below each node; its leaves are stacks of rows.
 */
export class FreeSpace {
  private readonly leaves: number;
  private readonly counts: Int32Array;
  /** Top row of each size's stack, -1 when empty; `below` links to the next one. */
  private readonly top: Int32Array;
  private readonly below: number[] = [];

  /** @param length T, the most space that a row can have */
  constructor(length: number) {
    this.leaves = 2 ** Math.ceil(Math.log2(length + 1));
    this.counts = new Int32Array(2 * this.leaves);
    this.top = new Int32Array(length + 1).fill(-1);
  }

  /** Rows are numbered from 0 in the order in which they are first put. */
  put(row: number, free: number): void {
    this.below[row] = this.top[free]!;
    this.top[free] = row;
    this.count(free, 1);
  }

  /** Takes out a row with the least space that is at least `needed`; -1 if there is none. */
  take(needed: number): number {
    const free = this.smallest(needed);
    if (free < 0) return -1;
    const row = this.top[free]!;
    this.top[free] = this.below[row]!;
    this.count(free, -1);
    return row;
  }

  private count(free: number, change: number): void {
    for (let node = this.leaves + free; node > 0; node >>= 1) this.counts[node]! += change;
  }

  private smallest(needed: number): number {
    let node = this.leaves + needed;
    // Up, until something to the right holds a row; then down along its left edge.
    while (this.counts[node] === 0) {
      while (node % 2 === 1) node >>= 1;
      if (node === 0) return -1;
      node += 1;
    }
    while (node < this.leaves) {
      node *= 2;
      if (this.counts[node] === 0) node += 1;
    }
    return node - this.leaves;
  }
}
