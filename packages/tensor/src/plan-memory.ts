/**
 * What a program will hold in memory, known before it runs: shapes and the order of instructions are fixed.
 * Values are counted at 4 bytes an element, which is how devices store f32 and i32.
 */
import { sizeOf } from './shape.js';
import { type Program, UNUSED, type ValueId } from './types.js';

export interface PlannedValue {
  readonly id: ValueId;
  readonly bytes: number;
  /** Index of the instruction that writes it. */
  readonly from: number;
  /** Index of the last instruction that reads it, inclusive. */
  readonly to: number;
  /** Place in one arena that holds all intermediates. */
  readonly offset: number;
}

export interface MemoryPlan {
  /** By value: index of the last instruction that reads it; Infinity for outputs, -1 if nothing reads it. */
  readonly lastUse: readonly number[];
  readonly inputBytes: number;
  readonly constantBytes: number;
  /** Outputs that instructions write; an output that is an input or a constant is counted there. */
  readonly outputBytes: number;
  /** Bytes of intermediates that are alive while each instruction runs: its inputs and outputs included. */
  readonly liveBytes: readonly number[];
  /** The largest of `liveBytes`: what any execution in this order needs besides inputs, constants and outputs. */
  readonly peakIntermediateBytes: number;
  /** All intermediates that are values of their own: neither inputs, constants nor outputs. */
  readonly intermediates: readonly PlannedValue[];
  /** Size of the arena at the planned offsets: the peak, plus what fragmentation costs. */
  readonly arenaBytes: number;
  /** Inputs, constants, outputs and the peak of intermediates together. */
  readonly peakBytes: number;
}

type Lifetime = Omit<PlannedValue, 'offset'>;

const BYTES_PER_ELEMENT = 4;

/** Liveness of every value, the peak, and offsets in one arena (largest first, best fit). */
export function planMemory(program: Program): MemoryPlan {
  const bytes = program.values.map(({ shape }) => BYTES_PER_ELEMENT * sizeOf(shape));
  const total = (ids: Iterable<ValueId>) => [...new Set(ids)].reduce((sum, id) => sum + bytes[id]!, 0);
  const lastUse = lastUses(program);
  const outputs = new Set(Object.values(program.outputs));
  const written: ValueId[] = [];
  const intermediates: Lifetime[] = [];
  for (const [from, instruction] of program.instructions.entries()) {
    for (const id of instruction.outputs.filter((output) => output !== UNUSED)) {
      written.push(id);
      if (!outputs.has(id)) {
        intermediates.push({ id, bytes: bytes[id]!, from, to: Math.max(from, lastUse[id]!) });
      }
    }
  }
  const liveBytes = sumOverLifetimes(intermediates, program.instructions.length);
  const placed = placeInArena(intermediates);
  const inputBytes = total(Object.values(program.inputs));
  const constantBytes = total(program.constants.keys());
  const outputBytes = total(written.filter((id) => outputs.has(id)));
  const peakIntermediateBytes = liveBytes.reduce((a, b) => Math.max(a, b), 0);
  return {
    lastUse,
    inputBytes,
    constantBytes,
    outputBytes,
    liveBytes,
    peakIntermediateBytes,
    intermediates: placed,
    arenaBytes: placed.reduce((end, value) => Math.max(end, value.offset + value.bytes), 0),
    peakBytes: inputBytes + constantBytes + outputBytes + peakIntermediateBytes,
  };
}

function lastUses({ values, instructions, outputs }: Program): number[] {
  const lastUse = values.map(() => -1);
  for (const [at, { inputs }] of instructions.entries()) {
    for (const id of inputs) {
      lastUse[id] = at;
    }
  }
  for (const id of Object.values(outputs)) {
    lastUse[id] = Number.POSITIVE_INFINITY;
  }
  return lastUse;
}

function sumOverLifetimes(lifetimes: readonly Lifetime[], length: number): number[] {
  const change = new Array<number>(length + 1).fill(0);
  for (const { bytes, from, to } of lifetimes) {
    change[from]! += bytes;
    change[to + 1]! -= bytes;
  }
  let live = 0;
  return change.slice(0, length).map((difference) => {
    live += difference;
    return live;
  });
}

/** Largest value first, each at the smallest gap that holds it among those alive at the same time. */
function placeInArena(lifetimes: readonly Lifetime[]): PlannedValue[] {
  const placed: PlannedValue[] = [];
  for (const lifetime of lifetimes.toSorted((a, b) => b.bytes - a.bytes || a.from - b.from)) {
    const neighbours = placed
      .filter(({ from, to }) => from <= lifetime.to && lifetime.from <= to)
      .sort((a, b) => a.offset - b.offset);
    let end = 0;
    let best: { readonly offset: number; readonly gap: number } | undefined;
    for (const neighbour of neighbours) {
      const gap = neighbour.offset - end;
      if (gap >= lifetime.bytes && (best === undefined || gap < best.gap)) {
        best = { offset: end, gap };
      }
      end = Math.max(end, neighbour.offset + neighbour.bytes);
    }
    placed.push({ ...lifetime, offset: best?.offset ?? end });
  }
  return placed.sort((a, b) => a.from - b.from || a.id - b.id);
}
