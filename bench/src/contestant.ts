/**
 * A system in a process of its own, so that its peak memory is its own and one waits while another works. It is
 * told `step`, `product` or `end`, a line each, and answers each with a line of JSON.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

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
  /** Of the matrix product 512 x 576 x 1536. */
  readonly flopsPerSecond: number;
}

interface EndAnswer {
  readonly peakBytes: number;
}

const FOLDER = join(import.meta.dirname, '..');

/** The command of a system. @throws {Error} naming the known ones */
function commandOf(system: string): readonly [string, ...string[]] {
  switch (system) {
    case 'onnx':
    case 'webasm':
    case 'webgpu':
      return [process.execPath, ...process.execArgv, join(FOLDER, 'src', 'sftkit-step.ts'), system];
    case 'torch':
      return [process.env.SFTKIT_BENCH_PYTHON ?? 'python3', join(FOLDER, 'torch_step.py')];
    default:
      throw new Error(`bench: expected a backend of onnx, torch, webasm, webgpu; got ${system}`);
  }
}

export class Contestant {
  readonly system: string;
  readonly description: string;
  /** From the start of the process to the end of its first step. */
  readonly secondsToFirstStep: number;
  readonly firstLoss: number;
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(
    system: string,
    process: ChildProcess,
    answers: AsyncIterator<string>,
    first: { readonly description: string; readonly seconds: number; readonly loss: number },
  ) {
    this.system = system;
    this.#process = process;
    this.#answers = answers;
    this.description = first.description;
    this.secondsToFirstStep = first.seconds;
    this.firstLoss = first.loss;
  }

  /**
   * Starts a system on a task and has it make one step.
   * @throws {Error} if it cannot be started or breaks off; what it printed is on the standard error stream
   */
  static async start(system: string, task: string): Promise<Contestant> {
    const start = performance.now();
    const [command, ...options] = commandOf(system);
    const child = spawn(command, [...options, task], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.on('error', () => undefined); // shows as the end of its answers
    child.stdin.on('error', () => undefined);
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { description } = await nextAnswer<Greeting>(system, answers);
    child.stdin.write('step\n');
    const { loss } = await nextAnswer<StepAnswer>(system, answers);
    const seconds = (performance.now() - start) / 1000;
    return new Contestant(system, child, answers, { description, seconds, loss });
  }

  step(): Promise<StepAnswer> {
    return this.#ask('step');
  }

  product(): Promise<ProductAnswer> {
    return this.#ask('product');
  }

  end(): Promise<EndAnswer> {
    return this.#ask('end');
  }

  #ask<A>(question: string): Promise<A> {
    this.#process.stdin!.write(`${question}\n`);
    return nextAnswer(this.system, this.#answers);
  }
}

async function nextAnswer<A>(system: string, answers: AsyncIterator<string>): Promise<A> {
  const { value, done } = await answers.next();
  if (done) {
    throw new Error(`bench: ${system} broke off; is it installed?`);
  }
  return JSON.parse(value) as A;
}
