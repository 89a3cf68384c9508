/**
 * A system in a process of its own, so that its peak memory is its own and one waits while another works. It is
 * told `step`, `product ROWS INNER COLUMNS` or `end`, a line each, and answers each with a line of JSON, `{"error"}`
 * where it cannot.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { BenchError } from './bench-error.js';
import type { System } from './systems.js';

/** What one optimizer step took. */
export interface StepAnswer {
  /** Nats per supervised token, before the update. */
  readonly loss: number;
  readonly seconds: number;
  /** Processor time of all threads. */
  readonly cpuSeconds: number;
}

/** The first line of a contestant. */
interface Greeting {
  readonly description: string;
}

interface ProductAnswer {
  readonly flopsPerSecond: number;
}

interface EndAnswer {
  readonly peakBytes: number;
}

/** Rows, inner and columns of a matrix product. */
export type ProductSizes = readonly [rows: number, inner: number, columns: number];

export class Contestant {
  readonly name: string;
  readonly description: string;
  /** From the start of the process to the end of its first step. */
  readonly secondsToFirstStep: number;
  readonly firstLoss: number;
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(
    name: string,
    process: ChildProcess,
    answers: AsyncIterator<string>,
    first: { readonly description: string; readonly seconds: number; readonly loss: number },
  ) {
    this.name = name;
    this.#process = process;
    this.#answers = answers;
    this.description = first.description;
    this.secondsToFirstStep = first.seconds;
    this.firstLoss = first.loss;
  }

  /**
   * Starts a system on a task and has it make one step.
   * @throws {BenchError} if it cannot; what it printed is on the standard error stream
   */
  static async start({ name, command }: Pick<System, 'name' | 'command'>, task: string): Promise<Contestant> {
    const start = performance.now();
    const [file, ...options] = command;
    const child = spawn(file, [...options, task], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.on('error', () => undefined); // shows as the end of its answers
    child.stdin.on('error', () => undefined);
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    try {
      const { description } = await nextAnswer<Greeting>(name, answers);
      child.stdin.write('step\n');
      const { loss } = await nextAnswer<StepAnswer>(name, answers);
      const seconds = (performance.now() - start) / 1000;
      return new Contestant(name, child, answers, { description, seconds, loss });
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  step(): Promise<StepAnswer> {
    return this.#ask('step');
  }

  product(sizes: ProductSizes): Promise<ProductAnswer> {
    return this.#ask(`product ${sizes.join(' ')}`);
  }

  end(): Promise<EndAnswer> {
    return this.#ask('end');
  }

  /** Ends the process, whatever it does. */
  kill(): void {
    this.#process.kill();
  }

  #ask<A>(question: string): Promise<A> {
    this.#process.stdin!.write(`${question}\n`);
    return nextAnswer(this.name, this.#answers);
  }
}

async function nextAnswer<A>(name: string, answers: AsyncIterator<string>): Promise<A> {
  const { value, done } = await answers.next();
  if (done) {
    throw new BenchError(`${name}: expected an answer, it broke off; what it printed is above`);
  }
  const answer = JSON.parse(value) as A & { readonly error?: string };
  if (answer.error !== undefined) {
    throw new BenchError(`${name}: ${answer.error}`);
  }
  return answer;
}
