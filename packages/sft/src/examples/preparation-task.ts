import type { Example } from '@sftkit/data';
import type { PreparationResult } from './prepare-here.js';

type Outcome = { readonly results: readonly PreparationResult[] } | { readonly error: unknown };

/** A chunk of examples on its way through preparation, by whichever thread takes it. */
export class PreparationTask<T extends { readonly example: Example }> {
  readonly items: readonly T[];
  /** Resolves when it is done, also when it has failed. */
  readonly done: Promise<void>;
  readonly #finish: () => void;
  #isTaken = false;
  #outcome: Outcome | undefined;

  constructor(items: readonly T[]) {
    this.items = items;
    let finish: () => void = () => undefined;
    this.done = new Promise((resolve) => {
      finish = resolve;
    });
    this.#finish = finish;
  }

  /** One that has failed before it began. */
  static failed(error: unknown): PreparationTask<never> {
    const task = new PreparationTask<never>([]);
    task.run(() => {
      throw error;
    });
    return task;
  }

  get isTaken(): boolean {
    return this.#isTaken;
  }

  get isDone(): boolean {
    return this.#outcome !== undefined;
  }

  /** @throws what preparing threw */
  results(): readonly PreparationResult[] {
    if (this.#outcome === undefined) throw new Error('PreparationTask: expected one that is done');
    if ('error' in this.#outcome) throw this.#outcome.error;
    return this.#outcome.results;
  }

  run(prepare: (examples: readonly Example[]) => readonly PreparationResult[]): void {
    try {
      this.#end({ results: prepare(this.#take()) });
    } catch (error) {
      this.#end({ error });
    }
  }

  /** Never rejects: a failure is thrown by `results`. */
  async runLater(
    prepare: (examples: readonly Example[]) => Promise<readonly PreparationResult[]>,
  ): Promise<void> {
    try {
      this.#end({ results: await prepare(this.#take()) });
    } catch (error) {
      this.#end({ error });
    }
  }

  #take(): Example[] {
    this.#isTaken = true;
    return this.items.map(({ example }) => example);
  }

  #end(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#finish();
  }
}
