/**
 * What changes between two sequences of tokens: Myers' shortest edit script (An O(ND) Difference Algorithm and
 * Its Variations, 1986), so its cost grows with what differs, not with the length.
 */

export interface DiffToken {
  readonly id: number;
  readonly supervised: boolean;
}

/** `same`: in both; `mask`: in both, learnt in one only. Positions are -1 where the token is not there. */
export interface TokenChange {
  readonly kind: 'same' | 'mask' | 'removed' | 'added';
  /** Index into the first sequence, and into the second. */
  readonly a: number;
  readonly b: number;
}

/** Past so many edits, what differs is shown as replaced whole: nobody reads such a diff, and it costs its square. */
const MOST_EDITS = 3000;

/** @returns every token of both, in order; removals stand before additions */
export function diffTokens(a: readonly DiffToken[], b: readonly DiffToken[]): TokenChange[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head]!.id === b[head]!.id) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail]!.id === b[b.length - 1 - tail]!.id
  ) {
    tail += 1;
  }
  const both = (i: number, j: number): TokenChange => ({
    kind: a[i]!.supervised === b[j]!.supervised ? 'same' : 'mask',
    a: i,
    b: j,
  });
  const pairs = commonPairs(
    a.slice(head, a.length - tail).map(({ id }) => id),
    b.slice(head, b.length - tail).map(({ id }) => id),
  ).map(([i, j]) => [i + head, j + head] as const);
  const changes = Array.from({ length: head }, (_, i) => both(i, i));
  let [i, j] = [head, head];
  for (const [nextA, nextB] of [...pairs, [a.length - tail, b.length - tail] as const]) {
    for (; i < nextA; i++) changes.push({ kind: 'removed', a: i, b: -1 });
    for (; j < nextB; j++) changes.push({ kind: 'added', a: -1, b: j });
    if (i < a.length - tail && j < b.length - tail) changes.push(both(i++, j++));
  }
  for (; i < a.length; i++, j++) changes.push(both(i, j));
  return changes;
}

/** Positions of a longest common subsequence. */
function commonPairs(a: readonly number[], b: readonly number[]): (readonly [number, number])[] {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  // furthest[k + most]: how far along `a` a path on diagonal k (= i - j) gets.
  const furthest = new Int32Array(2 * most + 2);
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    history.push(furthest.slice(most - edits, most + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      let i = isDown(furthest, most, k, edits) ? furthest[most + k + 1]! : furthest[most + k - 1]! + 1;
      while (i < a.length && i - k < b.length && a[i] === b[i - k]) i += 1;
      furthest[most + k] = i;
      if (i >= a.length && i - k >= b.length) return trace(history, a.length, b.length);
    }
  }
  return [];
}

/** Whether the best path onto diagonal k comes from k + 1, which adds a token, and not from k - 1. */
function isDown(furthest: Int32Array, offset: number, k: number, edits: number): boolean {
  return k === -edits || (k !== edits && furthest[offset + k - 1]! < furthest[offset + k + 1]!);
}

/** Back from the end, collecting the diagonals. */
function trace(history: readonly Int32Array[], endA: number, endB: number): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [endA, endB];
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const furthest = history[edits]!;
    const k = i - j;
    const from = isDown(furthest, edits, k, edits) ? k + 1 : k - 1;
    const startA = edits === 0 ? 0 : furthest[edits + from]!;
    const startB = edits === 0 ? 0 : startA - from;
    // Along the diagonal back to where it was entered.
    while (i > startA && j > startB) {
      i -= 1;
      j -= 1;
      pairs.push([i, j]);
    }
    [i, j] = [startA, startB];
  }
  return pairs.reverse();
}
