/** One run, one process: whoever writes into a run directory holds its lock. */
import { link, mkdir, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SftError } from '../sft-error.js';

/** Beside everything else of a run, as long as a process writes it. */
export const LOCK_FILE = 'run.lock';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

export interface RunLock {
  /** The process that left a lock behind when it died; undefined where there was none. */
  readonly takenFrom: number | undefined;
  /** Gives the directory back, and removes it if nothing else was made there. */
  release(): Promise<void>;
}

/**
 * @param directory made if it is not there
 * @throws {SftError} naming the process that holds it
 */
export async function lockRun(directory: string): Promise<RunLock> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, LOCK_FILE);
  let takenFrom: number | undefined;
  while (!(await create(path))) {
    const holder = await read(path);
    takenFrom = holder?.pid ?? takenFrom;
    if (isHeld(holder)) {
      throw new SftError(
        `${directory}: another process is writing this run: pid ${holder.pid} on ${holder.host}, since ${holder.started}; ` +
          `wait for it, stop it, or choose another output=DIR (if it is gone, remove ${path})`,
      );
    }
    await removeDead(path);
  }
  await removeLeftovers(directory);
  return {
    takenFrom,
    release: async () => {
      await rm(path, { force: true });
      // Refused, rightly, where something stands in it.
      await rmdir(directory).catch(() => undefined);
    },
  };
}

function isHeld(holder: Holder | undefined): holder is Holder {
  return holder !== undefined && (holder.host !== hostname() || isAlive(holder.pid));
}

/** Whether the lock is ours now; false if one stands there. It gets its name when it is whole. */
async function create(path: string): Promise<boolean> {
  const holder: Holder = { pid: process.pid, host: hostname(), started: new Date().toISOString() };
  const own = `${path}.${process.pid}`;
  await writeFile(own, `${JSON.stringify(holder)}\n`);
  try {
    await link(own, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  } finally {
    await rm(own, { force: true });
  }
}

/** Longer than anybody takes to remove a lock, in milliseconds. */
const REMOVAL_MS = 10_000;

/** Removes a lock whose process is gone: one process at a time, so that none removes the lock that another has just made. */
async function removeDead(path: string): Promise<void> {
  const turn = `${path}.removal`;
  try {
    await mkdir(turn);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    const age = await stat(turn).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > REMOVAL_MS) await rmdir(turn).catch(() => undefined);
    await setTimeout(20);
    return;
  }
  try {
    if (!isHeld(await read(path))) await rm(path, { force: true });
  } finally {
    await rmdir(turn).catch(() => undefined);
  }
}

/** What processes that were killed while they made or removed a lock have left. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = /^run\.lock\.(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(directory, name), { force: true });
    if (name === `${LOCK_FILE}.removal`) await rmdir(join(directory, name)).catch(() => undefined);
  }
}

/** Undefined where the lock is gone, or holds something else. */
async function read(path: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>;
    return Number.isInteger(holder.pid) ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // There is one, of somebody else.
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
