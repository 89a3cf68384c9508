/**
 * One run, one process: whoever writes into a run directory holds its lock. The lock is a directory with one file, which
 * describes the process and has a name of its own. A directory can be renamed to a name that is free or belongs to an
 * empty directory, and to no other; and a dead process's file is removed by its name. So when several processes find a
 * dead lock at the same moment, one of them gets it, and none can remove the lock of another.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { SftError } from '../sft-error.js';
import { errorOfDisk, isDiskError } from './disk-error.js';

/** Beside everything else of a run, as long as a process writes it. */
export const LOCK_NAME = 'run.lock';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

export interface RunLock {
  /** The process that left a lock behind when it died; undefined where there was none. */
  readonly takenFrom: number | undefined;
  /** Removes the lock, and the run directory if nothing else was made in it. */
  release(): Promise<void>;
}

/**
 * @param directory made if it is not there
 * @throws {SftError} naming the process that holds it, or the error of the disk
 */
export async function lockRun(directory: string): Promise<RunLock> {
  try {
    return await takeLock(directory);
  } catch (cause) {
    if (!isDiskError(cause)) throw cause;
    throw errorOfDisk(join(directory, LOCK_NAME), cause, {
      kept: 'nothing was begun',
      remedy: 'make room or choose another output=DIR, and start again',
    });
  }
}

/** The process's number, and what no other lock has. */
const HOLDER_NAME = /^(\d+)-[\da-f-]{36}$/;

async function takeLock(directory: string): Promise<RunLock> {
  const path = join(directory, LOCK_NAME);
  const name = `${process.pid}-${randomUUID()}`;
  const own = `${path}.${name}`;
  let takenFrom: number | undefined;
  try {
    await describeHolder(own, name);
    while (!(await move(own, path))) takenFrom = (await removeDead(directory, path)) ?? takenFrom;
  } catch (cause) {
    await rm(own, { recursive: true, force: true });
    await rmdir(directory).catch(() => undefined);
    throw cause;
  }
  await removeLeftovers(directory);
  return {
    takenFrom,
    release: async () => {
      await rm(join(path, name), { force: true });
      // Refused, rightly, where something stands in them.
      for (const place of [path, directory]) await rmdir(place).catch(() => undefined);
    },
  };
}

async function describeHolder(directory: string, name: string): Promise<void> {
  const holder: Holder = { pid: process.pid, host: hostname(), started: new Date().toISOString() };
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), `${JSON.stringify(holder)}\n`);
}

/** Errors that say: the directory is not empty. */
const OCCUPIED: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST']);

/** @returns false if a lock stands there */
async function move(own: string, path: string): Promise<boolean> {
  try {
    await rename(own, path);
    return true;
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ENOTDIR') {
      throw new SftError(
        `${path}: expected a directory, the lock of a run, found a file; remove it if no process writes this run`,
      );
    }
    // Windows says EPERM or EACCES, for an empty directory, too.
    if (OCCUPIED.has(code) || (/^(?:EPERM|EACCES)$/.test(code) && existsSync(path))) return false;
    throw cause;
  }
}

/**
 * Removes the lock of a process that is gone.
 * @returns the process
 * @throws {SftError} if it is not gone
 */
async function removeDead(directory: string, path: string): Promise<number | undefined> {
  let pid: number | undefined;
  for (const file of await filesOf(path)) {
    if (!HOLDER_NAME.test(file)) {
      throw new SftError(
        `${path}: expected the lock of a run, found other files (${file}); choose another output=DIR`,
      );
    }
    const holder = await readHolder(join(path, file));
    if (holder !== undefined && isHeld(holder)) {
      throw new SftError(
        `${directory}: another process is writing this run: pid ${holder.pid} on ${holder.host}, since ${holder.started}; ` +
          `wait for it, stop it, or choose another output=DIR (if it is gone, remove ${path})`,
      );
    }
    await rm(join(path, file), { force: true });
    pid = holder?.pid ?? pid;
  }
  await removeIfEmpty(path);
  return pid;
}

/** What processes that were killed while they took a lock have left. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`${LOCK_NAME}.`)) continue;
    const pid = HOLDER_NAME.exec(name.slice(LOCK_NAME.length + 1))?.[1];
    if (pid === undefined) continue;
    const [file] = await filesOf(join(directory, name));
    const holder = file === undefined ? undefined : await readHolder(join(directory, name, file));
    if (holder === undefined ? isAlive(Number(pid)) : isHeld(holder)) continue;
    await rm(join(directory, name), { recursive: true, force: true });
  }
}

async function filesOf(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return [];
    throw cause;
  }
}

async function removeIfEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory);
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT' && !OCCUPIED.has(codeOf(cause))) throw cause;
  }
}

/** Undefined where the file is gone, or was damaged by a loss of power: a lock is written before it gets its name. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder> | null;
    return Number.isInteger(holder?.pid) ? (holder as Holder) : undefined;
  } catch (cause) {
    if (cause instanceof SyntaxError || codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Of a process on another machine nobody here knows whether it is gone. */
function isHeld({ pid, host, started }: Holder): boolean {
  if (host !== hostname()) return true;
  // In a container that starts again, the process has the number of the one before it.
  if (pid === process.pid) return Date.parse(started) >= Date.now() - process.uptime() * 1000;
  return isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // EPERM: it belongs to another user.
    return codeOf(cause) === 'EPERM';
  }
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? '';
}
