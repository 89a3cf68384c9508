/** Ctrl-C and its kin: a run finishes its step, saves it, and says how to go on. */
import { UserError } from './user-error.js';

/** Exit codes of a process that a signal ended, as shells count them. */
const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof CODES;

/** A run that was asked to stop, and did. */
export class StoppedError extends UserError {
  readonly exitCode: number;

  /** @param said what was kept, and how to go on */
  constructor(signal: AbortSignal, said: string) {
    const name = signal.reason as StopSignal;
    super(`stopped by ${name}: ${said}`);
    this.exitCode = CODES[name];
  }
}

/**
 * Runs `work` with a signal that is aborted when the process is asked to stop, the name of the request as its reason. A
 * second request ends the process at once.
 */
export async function withStopSignal<R>(work: (signal: AbortSignal) => Promise<R>): Promise<R> {
  const controller = new AbortController();
  const names = Object.keys(CODES) as StopSignal[];
  const stop = (name: StopSignal): void => {
    if (controller.signal.aborted) process.exit(CODES[name]);
    controller.abort(name);
  };
  for (const name of names) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of names) process.off(name, stop);
  }
}
