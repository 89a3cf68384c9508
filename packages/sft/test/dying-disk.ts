/**
 * A disk on which a run fails at a chosen call. Killed: the call is not made, or half of it, and neither it nor any later
 * one ever comes back, as in a process that is dead. Full: it and all later calls that need room are refused.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const CHANGING = ['mkdir', 'link', 'writeFile', 'appendFile', 'rename', 'rm', 'rmdir', 'open'] as const;

/** Calls that need room on the disk. */
export const NEEDS_ROOM = /^(?:mkdir|open|write|appendFile)/;

type Call = (...args: unknown[]) => Promise<unknown>;

export interface Fault {
  /** Number of the call among those of the log, from 1. */
  readonly at: number;
  readonly kind: 'kill' | 'torn' | 'full';
}

export interface DyingDisk {
  /** Calls that changed the disk, in order. A process that is killed before any other call leaves the same behind. */
  readonly log: readonly string[];
  /** All calls, flushing and closing among them. */
  readonly calls: readonly string[];
  /** Resolves when the process is dead. */
  readonly died: Promise<void>;
  /** Ends the watching, and closes what the dead process had open. Calls of the dead process still never return. */
  restore(): Promise<void>;
}

export function dyingDisk(fault: Fault | undefined): DyingDisk {
  const log: string[] = [];
  const calls: string[] = [];
  const closers: Call[] = [];
  let die!: () => void;
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  const forever = new Promise<never>(() => undefined);
  let isDead = false;
  let isFull = false;

  const guard = async (call: string, real: () => Promise<unknown>, half: () => Promise<void>) => {
    if (isDead) return forever;
    calls.push(call);
    log.push(call);
    const isHere = log.length === fault?.at;
    if (fault?.kind === 'full') {
      isFull ||= isHere;
      if (isFull && NEEDS_ROOM.test(call)) throw noSpace(call);
      return real();
    }
    if (!isHere) return real();
    isDead = true;
    if (fault?.kind === 'torn') await half();
    die();
    return forever;
  };
  /** A call that changes nothing by itself. */
  const note = async (call: string, real: () => Promise<unknown>) => {
    if (isDead) return forever;
    calls.push(call);
    return real();
  };

  function watched(handle: FileHandle, path: string): FileHandle {
    const methods = handle as unknown as Record<string, Call>;
    const write = methods.writeFile!.bind(handle);
    methods.writeFile = (...args) =>
      guard(
        `write ${path}`,
        () => write(...args),
        async () => void (await write(firstHalf(args[0]))),
      );
    const close = methods.close!.bind(handle);
    closers.push(close);
    methods.close = () => note(`close ${path}`, close);
    // What is not flushed is lost with the power, not with the process.
    methods.sync = () => note(`sync ${path}`, async () => undefined);
    return handle;
  }

  const target = fs as unknown as Record<string, Call>;
  const originals = CHANGING.map((name) => [name, target[name]!] as const);
  for (const [name, original] of originals) {
    target[name] = async (...args) => {
      const path = String(args[0]);
      const call = `${name} ${path}`;
      const real = async () => {
        const result = await original(...args);
        return name === 'open' ? watched(result as FileHandle, path) : result;
      };
      const isReading = name === 'open' && (args[1] === undefined || args[1] === 'r');
      const isIdle = name === 'rm' && !existsSync(path);
      if (isReading || isIdle) return note(call, real);
      return guard(call, real, () => halfOf(name, args, original));
    };
  }
  syncBuiltinESMExports();

  return {
    log,
    calls,
    died,
    async restore() {
      for (const [name, original] of originals) target[name] = original;
      syncBuiltinESMExports();
      if (isDead) await Promise.all(closers.map((close) => close().catch(() => undefined)));
    },
  };
}

/** Writes to an open file do not name it. */
function noSpace(call: string): Error {
  const [name, path] = call.split(' ');
  const message = `ENOSPC: no space left on device, ${name}${name === 'write' ? '' : ` '${path}'`}`;
  return Object.assign(new Error(message), { code: 'ENOSPC', syscall: name });
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
