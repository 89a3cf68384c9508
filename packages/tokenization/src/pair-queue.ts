/**
 * A binary heap of pairs of symbols, most frequent first; between equals, the pair of lower ids. Counts only
 * ever change elsewhere: an entry that is out of date is noticed when it is taken out.
 */
export interface QueuedPair {
  readonly left: number;
  readonly right: number;
  readonly count: number;
}

export class PairQueue {
  private readonly heap: QueuedPair[] = [];

  push(pair: QueuedPair): void {
    const { heap } = this;
    let index = heap.length;
    heap.push(pair);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!comesBefore(pair, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = pair;
  }

  pop(): QueuedPair | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && comesBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!comesBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function comesBefore(a: QueuedPair, b: QueuedPair): boolean {
  if (a.count !== b.count) return a.count > b.count;
  return a.left !== b.left ? a.left < b.left : a.right < b.right;
}
