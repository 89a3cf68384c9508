/** Errors of the disk, under however many wrappers, told with what is kept and how to go on. */
import { SftError } from '../sft-error.js';

/** Whether the error comes from the system: a full disk, missing rights, a lost network directory. */
export function isDiskError(error: unknown): boolean {
  return rootOf(error) !== undefined;
}

/** @param path what could not be written */
export function errorOfDisk(
  path: string,
  cause: unknown,
  { kept, remedy }: { readonly kept: string; readonly remedy: string },
): SftError {
  const { message } = rootOf(cause) as Error;
  return new SftError(`${path}: could not be written (${message}); ${kept}; ${remedy}`, { cause });
}

/** The error with the system's own words. */
function rootOf(error: unknown): Error | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('syscall' in at || ('code' in at && /^E[A-Z]+$/.test(String(at.code)))) return at;
  }
  return undefined;
}
