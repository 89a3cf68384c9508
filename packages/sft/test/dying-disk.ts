/**
 * A disk whose process dies at a chosen call: that call is made not at all, or half, and neither it nor any later one ever
 * comes back. What a killed process leaves behind, without a process for each.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const CHANGING = ['mkdir', 'link', 'writeFile', 'appendFile', 'rename', 'rm', 'rmdir', 'open'] as const;

type Call = (...args: unknown[]) => Promise<unknown>;

export interface Fault {
  /** Number of the call, from 1. */
  readonly at: number;
  /** `kill`: the call is not made, and the process is gone; `torn`: half of it is made first; `full`: ENOSPC. */
  readonly kind: 'kill' | 'torn' | 'full';
}

export interface DyingDisk {
  /** Calls that changed what is on the disk, in order. A kill before any other call leaves the same behind as one before these. */
  readonly log: readonly string[];
  /** All calls, flushing and closing among them. */
  readonly calls: number;
  /** Resolves when the process is dead. */
  readonly died: Promise<void>;
  /** Ends the watching, and closes what the dead process had open; what is dead stays dead. */
  restore(): Promise<void>;
}

export function dyingDisk(fault: Fault | undefined): DyingDisk {
  const log: string[] = [];
  const closers: Call[] = [];
  let calls = 0;
  let die!: () => void;
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  const forever = new Promise<never>(() => undefined);
  let isDead = false;

  const guard = async (
    name: string,
    path: string,
    real: () => Promise<unknown>,
    half: () => Promise<void>,
  ): Promise<unknown> => {
    if (isDead) return forever;
    calls += 1;
    log.push(`${name} ${path}`.trim());
    if (log.length !== fault?.at) return real();
    if (fault.kind === 'full') {
      throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC' });
    }
    isDead = true;
    if (fault.kind === 'torn') await half();
    die();
    return forever;
  };

  const originals = Object.fromEntries(CHANGING.map((name) => [name, fs[name]])) as Record<string, Call>;
  const target = fs as unknown as Record<string, Call>;
  for (const name of CHANGING) {
    const real = originals[name]!.bind(fs);
    target[name] = async (...args) => {
      const path = args[0] as string;
      const isReading = name === 'open' && (args[1] === undefined || args[1] === 'r');
      if (isReading) return real(...args);
      const call = async () =>
        name === 'open' ? watched((await real(...args)) as FileHandle) : real(...args);
      if (name === 'rm' && !existsSync(path)) {
        calls += 1;
        return isDead ? forever : call();
      }
      return guard(name, path, call, () => halfOf(name, args, real));
    };
  }
  syncBuiltinESMExports();

  function watched(handle: FileHandle): FileHandle {
    const methods = handle as unknown as Record<string, Call>;
    const write = methods.writeFile!.bind(handle);
    methods.writeFile = (...args) =>
      guard(
        'write',
        '',
        () => write(...args),
        async () => void (await write(firstHalf(args[0]))),
      );
    const close = methods.close!.bind(handle);
    closers.push(close);
    methods.close = async () => {
      calls += 1;
      return isDead ? forever : close();
    };
    // What is not flushed is lost with the power, not with the process.
    methods.sync = async () => {
      calls += 1;
      return isDead ? forever : undefined;
    };
    return handle;
  }

  return {
    log,
    get calls() {
      return calls;
    },
    died,
    async restore() {
      for (const name of CHANGING) target[name] = originals[name]!;
      syncBuiltinESMExports();
      if (!isDead) return;
      await Promise.all(closers.map((close) => close().catch(() => undefined)));
    },
  };
}

function firstHalf(data: unknown): string | Uint8Array {
  const whole = data as string | Uint8Array;
  return whole.slice(0, Math.floor(whole.length / 2));
}

/** A text is half written; of a directory that is removed, half of the files are gone. */
async function halfOf(name: string, args: readonly unknown[], real: Call): Promise<void> {
  if (name === 'writeFile' || name === 'appendFile') await real(args[0], firstHalf(args[1]));
  if (name !== 'rm') return;
  const directory = args[0] as string;
  let files: string[] = [];
  try {
    files = readdirSync(directory);
  } catch {
    return; // nothing there, or a file
  }
  for (const file of files.slice(0, Math.ceil(files.length / 2)))
    rmSync(join(directory, file), { recursive: true });
}
