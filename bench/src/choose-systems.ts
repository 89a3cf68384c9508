import { BenchError } from './bench-error.js';
import type { BenchShape } from './shapes.js';
import type { System } from './systems.js';

export interface Choice {
  readonly systems: readonly System[];
  /** A line each, on those that are not raced. */
  readonly leftOut: readonly string[];
}

/** Those of `systems` that are there and stand a chance on this shape. */
export async function chooseSystems(systems: readonly System[], shape: BenchShape): Promise<Choice> {
  const present: System[] = [];
  const leftOut: string[] = [];
  for (const system of systems) {
    const reason = (await system.missing()) ?? (await system.pointless?.(shape));
    if (reason === undefined) {
      present.push(system);
    } else {
      leftOut.push(`${system.name} left out: ${reason}`);
    }
  }
  return { systems: present, leftOut };
}

/** @throws {BenchError} if one that was asked for cannot run here */
export async function requireSystems(asked: readonly System[]): Promise<void> {
  for (const { name, missing } of asked) {
    const reason = await missing();
    if (reason !== undefined) {
      throw new BenchError(`--backend ${name}: cannot run here: ${reason}`);
    }
  }
}
