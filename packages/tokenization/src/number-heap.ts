/** A binary heap of numbers, lowest first. Both `push` and `pop` take O(log n) time, and no objects are made. */
export class NumberHeap {
  private entries = new Float64Array(64);
  private size = 0;

  clear(): void {
    this.size = 0;
  }

  push(entry: number): void {
    if (this.size === this.entries.length) {
      const larger = new Float64Array(2 * this.size);
      larger.set(this.entries);
      this.entries = larger;
    }
    const { entries } = this;
    let index = this.size++;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (entry >= entries[parent]!) break;
      entries[index] = entries[parent]!;
      index = parent;
    }
    entries[index] = entry;
  }

  /** Removes and returns the lowest number; infinity if there is none. */
  pop(): number {
    if (this.size === 0) return Number.POSITIVE_INFINITY;
    const { entries } = this;
    const first = entries[0]!;
    const size = --this.size;
    const last = entries[size]!;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= size) break;
      if (child + 1 < size && entries[child + 1]! < entries[child]!) child++;
      if (entries[child]! >= last) break;
      entries[index] = entries[child]!;
      index = child;
    }
    entries[index] = last;
    return first;
  }
}
