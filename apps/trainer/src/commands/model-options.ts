/** What commands on a finished model share: loading it, and a backend. */
import { BACKENDS, type BackendName } from '@sftkit/sft';
import { type ChosenBackend, chooseBackend } from '@sftkit/sft/node';
import { Option } from 'commander';
import { UserError } from '../user-error.js';

export function backendOption(): Option {
  return new Option('--backend <name>', 'what computes').choices(BACKENDS).default('auto');
}

/** Runs `work` on a backend, and gives the backend back whatever happens. */
export async function withBackend<R>(
  name: BackendName,
  work: (chosen: ChosenBackend) => Promise<R>,
): Promise<R> {
  const chosen = await chooseBackend(name);
  try {
    return await work(chosen);
  } finally {
    await chosen.dispose();
  }
}

/** An option's number. @throws {UserError} naming the option */
export function numberOption(
  name: string,
  { least = 0, most = Number.MAX_VALUE, integer = false } = {},
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (
      text.trim() === '' ||
      !Number.isFinite(value) ||
      value < least ||
      value > most ||
      (integer && !Number.isInteger(value))
    ) {
      throw new UserError(
        `--${name}: expected ${integer ? 'a whole number' : 'a number'} of at least ${least}${most === Number.MAX_VALUE ? '' : ` and at most ${most}`}, got ${JSON.stringify(text)}`,
      );
    }
    return value;
  };
}
