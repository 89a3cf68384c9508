/** One run, one process: whoever writes into a run directory holds its lock. */
import { mkdir, open, readFile, rm, rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
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
  for (;;) {
    if (await create(path)) break;
    const holder = await read(path);
    if (holder !== undefined && (holder.host !== hostname() || isAlive(holder.pid))) {
      throw new SftError(
        `${directory}: another process is writing this run: pid ${holder.pid} on ${holder.host}, since ${holder.started}; ` +
          `wait for it, stop it, or choose another output=DIR (if it is gone, remove ${path})`,
      );
    }
    takenFrom = holder?.pid;
    await rm(path, { force: true });
  }
  return {
    takenFrom,
    release: async () => {
      await rm(path, { force: true });
      // Refused, rightly, where something stands in it.
      await rmdir(directory).catch(() => undefined);
    },
  };
}

/** Whether the lock is ours now; false if somebody's stands there. */
async function create(path: string): Promise<boolean> {
  const holder: Holder = { pid: process.pid, host: hostname(), started: new Date().toISOString() };
  try {
    const handle = await open(path, 'wx');
    await handle.writeFile(`${JSON.stringify(holder)}\n`);
    await handle.close();
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

/** Undefined where the lock is gone, or was left half written. */
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
