/**
 * The training loop. Parameters, gradients and moments stay where the backend keeps them: a batch goes in,
 * the loss and the gradients' norm come out, are checked, and only then is the update made.
 */
import type { Batch } from '@sftkit/masking';
import type { DecoderModel } from '@sftkit/model';
import type { Backend, Buffer, Executable, Program, ReadOptions } from '@sftkit/tensor';
import { clipScale } from './clip-scale.js';
import { type Evaluation, evaluate, readScalar } from './evaluate.js';
import { dropoutInputs, type MicroBatchShape, objectiveInputs, objectiveProgram } from './objective.js';
import { type AdamWOptions, updateScalars } from './optimizer-programs.js';
import { type Arrays, type ResidentTensors, readAll, residentTensors } from './resident-tensors.js';
import { NonFiniteError, TrainerError } from './trainer-error.js';
import type { TrainingData } from './training-data.js';
import {
  type ActivationCheckpointing,
  type TrainingPrograms,
  trainingPrograms,
} from './training-programs.js';

export interface TrainerOptions extends Partial<AdamWOptions> {
  /** Learning rate of an update, from the number of updates done before it; see `learningRateAt`. */
  readonly learningRate: (step: number) => number;
  /** Largest global norm of the gradients; absent: no clipping. */
  readonly clip?: number | undefined;
  /** (numLayers) residual dropout; absent: none. */
  readonly dropout?: readonly number[] | undefined;
  /** See `TrainingProgramsOptions`; absent: none. */
  readonly activationCheckpointing?: ActivationCheckpointing | undefined;
  /** The programs of this model, shape and options, where they are traced already. */
  readonly programs?: TrainingPrograms | undefined;
  /** Seed of the dropout's noise. */
  readonly seed?: number;
  /**
   * The caller gives away the arrays of the parameters and of `resume`: the trainer may work in them. Saves a copy of a
   * large model. Default: false.
   */
  readonly adopt?: boolean | undefined;
  /** Where a saved run stands; absent: at step 0 with moments of 0. */
  readonly resume?: Omit<TrainerState, 'parameters'> | undefined;
}

/** What the next step depends on, the data and the options apart. */
export interface TrainerState {
  /** Updates done. */
  readonly step: number;
  /** By the model's names. */
  readonly parameters: Arrays;
  /** AdamW's moments, `m/<parameter>` and `v/<parameter>`. */
  readonly moments: Arrays;
}

/** What one optimizer step did. */
export interface StepReport {
  /** Number of the step; the first is 1. */
  readonly step: number;
  /** Nats per supervised token over the whole step, weights included, before the update. */
  readonly loss: number;
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly supervisedTokens: number;
  /** Tokens that are not padding. */
  readonly totalTokens: number;
  /** `totalTokens` by the step's own time. */
  readonly tokensPerSecond: number;
}

const DEFAULTS = { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0, seed: 0 } as const;

export class Trainer {
  readonly model: DecoderModel;
  readonly shape: MicroBatchShape;
  readonly #backend: Backend;
  readonly #options: TrainerOptions & Required<Pick<TrainerOptions, keyof typeof DEFAULTS>>;
  readonly #programs: TrainingPrograms;
  readonly #resident: ResidentTensors;
  readonly #executables = new Map<string, Promise<Executable>>();
  #objective: { readonly shape: MicroBatchShape; readonly program: Program } | undefined;
  #step: number;

  private constructor(
    backend: Backend,
    model: DecoderModel,
    shape: MicroBatchShape,
    resident: ResidentTensors,
    options: TrainerOptions,
  ) {
    this.#backend = backend;
    this.model = model;
    this.shape = shape;
    this.#resident = resident;
    this.#options = { ...DEFAULTS, ...options };
    this.#programs = options.programs ?? trainingPrograms(model, shape, this.#options);
    this.#step = options.resume?.step ?? 0;
  }

  /**
   * Traces the programs and moves the parameters to the backend. Programs are compiled when first needed.
   * @param parameters by the model's names; not changed, unless `adopt` gives them away
   * @throws {TrainerError} if a parameter is missing
   * @throws {ModelError} if the rows are longer than the model's context
   */
  static async create(
    backend: Backend,
    model: DecoderModel,
    parameters: Arrays,
    shape: MicroBatchShape,
    options: TrainerOptions,
  ): Promise<Trainer> {
    const resident = await residentTensors(backend, model, parameters, {
      moments: options.resume?.moments,
      adopt: options.adopt,
    });
    return new Trainer(backend, model, shape, resident, options);
  }

  /** Updates done. */
  get step(): number {
    return this.#step;
  }

  /**
   * Trains up to `steps` updates in all, from where the trainer stands, and yields what each did. Between two
   * steps the caller may evaluate, save the state, or break off.
   * @throws {NonFiniteError} before an update that would spoil the parameters
   */
  async *fit(data: TrainingData, { steps }: { readonly steps: number }): AsyncGenerator<StepReport> {
    while (this.#step < steps) {
      const epoch = Math.floor(this.#step / data.stepsPerEpoch);
      yield await this.update(data.batches(epoch, this.#step % data.stepsPerEpoch));
    }
  }

  /**
   * One optimizer step over its micro-batches: their losses and gradients are one sum, divided once by the
   * supervised weight of them all.
   * @throws {NonFiniteError} if the loss or a gradient is not finite; the parameters are left as they were
   */
  async update(batches: readonly Batch[]): Promise<StepReport> {
    const start = performance.now();
    const divisor = sumOf(batches, (batch) => batch.supervisedWeight);
    if (!(divisor > 0)) {
      throw new TrainerError(`step ${this.#step + 1}: expected supervised tokens, found none in its batches`);
    }
    const loss = await this.#gradients(batches, divisor);
    const gradientNorm = await this.#checkedNorm(batches, loss);
    const { clip, betas } = this.#options;
    const learningRate = this.#options.learningRate(this.#step);
    const gradientScale = clipScale(gradientNorm, clip);
    const { parameters, gradients, moments } = this.#resident;
    const update = await this.#executable('update', () => this.#programs.update);
    const scalars = updateScalars(this.#step + 1, { learningRate, gradientScale, betas });
    await update.run({ ...parameters, ...gradients, ...moments, scalars }, { ...parameters, ...moments });
    this.#step += 1;
    const totalTokens = sumOf(batches, (batch) => batch.totalTokens);
    return {
      step: this.#step,
      loss,
      gradientNorm,
      learningRate,
      supervisedTokens: sumOf(batches, (batch) => batch.supervisedTokens),
      totalTokens,
      tokensPerSecond: totalTokens / ((performance.now() - start) / 1000),
    };
  }

  /**
   * Loss on held-out batches, without dropout.
   * @param options capacity and longestSegment of these batches, where the trainer's own do not suffice
   */
  async evaluate(
    batches: Iterable<Batch>,
    { capacity = this.shape.capacity, longestSegment = this.shape.longestSegment } = {},
  ): Promise<Evaluation> {
    const shape = { ...this.shape, capacity, longestSegment };
    await this.rest();
    const objective = await this.#backend.compile(this.#objectiveOf(shape));
    try {
      return await evaluate(objective, this.#resident.parameters, batches, shape);
    } finally {
      objective.dispose();
    }
  }

  /**
   * Everything that the next step depends on.
   * @param options copy: false for a look that lasts until the next step, as to save it. Default: true.
   */
  async state(options?: ReadOptions): Promise<TrainerState> {
    const { parameters, moments } = this.#resident;
    return {
      step: this.#step,
      parameters: await readAll(parameters, options),
      moments: await readAll(moments, options),
    };
  }

  /** The parameters by the model's names; options as for `state`. */
  async parameters(options?: ReadOptions): Promise<Map<string, Float32Array>> {
    return readAll(this.#resident.parameters, options);
  }

  /** The parameters where they are, for generating with them between two steps. They stay the trainer's. */
  get parameterBuffers(): Readonly<Record<string, Buffer>> {
    return this.#resident.parameters;
  }

  /** Gives back all memory on the backend; the backend itself stays. */
  async dispose(): Promise<void> {
    await this.rest();
    const { parameters, gradients, moments } = this.#resident;
    for (const buffer of [parameters, gradients, moments].flatMap((buffers) => Object.values(buffers))) {
      buffer.dispose();
    }
  }

  /** Gives back the intermediates of training, before something else needs as much; the next step compiles again. */
  async rest(): Promise<void> {
    for (const key of this.#executables.keys()) {
      await this.#giveBack(key);
    }
  }

  /** Traced once: every evaluation of a run has the same shape. */
  #objectiveOf(shape: MicroBatchShape): Program {
    const { capacity, longestSegment } = this.#objective?.shape ?? {};
    if (capacity !== shape.capacity || longestSegment !== shape.longestSegment) {
      this.#objective = { shape, program: objectiveProgram(this.model, shape) };
    }
    return this.#objective!.program;
  }

  async #giveBack(key: string): Promise<void> {
    (await this.#executables.get(key))?.dispose();
    this.#executables.delete(key);
  }

  /** Runs the micro-batches; leaves the summed gradients in their buffers and returns the summed loss. */
  async #gradients(batches: readonly Batch[], divisor: number): Promise<number> {
    const { parameters, gradients } = this.#resident;
    const { dropout, seed } = this.#options;
    const adds = batches.length > 1;
    // The last step of an epoch may be of the other kind; two programs would each hold intermediates of their own.
    await this.#giveBack(adds ? 'gradients' : 'accumulate');
    if (adds) {
      await (await this.#executable('zeros', () => this.#programs.zeros)).run({}, gradients);
    }
    const executable = adds
      ? await this.#executable('accumulate', () => this.#programs.accumulate)
      : await this.#executable('gradients', () => this.#programs.gradients);
    let loss = 0;
    for (const [microBatch, batch] of batches.entries()) {
      const inputs = {
        ...parameters,
        ...objectiveInputs(batch, this.shape, divisor),
        ...dropoutInputs(dropout, { seed, step: this.#step, microBatch }),
      };
      const outputs = await executable.run(adds ? { ...inputs, ...gradients } : inputs, gradients);
      loss += await readScalar(outputs.loss!);
      outputs.correct!.dispose();
    }
    return loss;
  }

  /** Global norm of the gradients. @throws {NonFiniteError} naming the first tensor that is not finite */
  async #checkedNorm(batches: readonly Batch[], loss: number): Promise<number> {
    const { gradients } = this.#resident;
    const executable = await this.#executable('squares', () => this.#programs.squares);
    const outputs = await executable.run(gradients);
    const squares = (await outputs.squares!.read()) as Float32Array;
    outputs.squares!.dispose();
    const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    if (Number.isFinite(loss) && Number.isFinite(norm)) {
      return norm;
    }
    throw new NonFiniteError({
      step: this.#step + 1,
      tensor: await this.#firstNonFinite(loss, squares),
      examples: batches.flatMap((batch) => batch.examples),
    });
  }

  /** A parameter that is not finite spoils the loss, and the loss every gradient: the first of them is the one to name. */
  async #firstNonFinite(loss: number, squares: Float32Array): Promise<string> {
    for (const [name, buffer] of Object.entries(this.#resident.parameters)) {
      if ((await buffer.read()).some((value) => !Number.isFinite(value))) {
        return name;
      }
    }
    if (!Number.isFinite(loss)) {
      return 'loss';
    }
    const gradient = squares.findIndex((square) => !Number.isFinite(square));
    return Object.keys(this.#resident.gradients)[gradient] ?? 'the norm of all gradients';
  }

  #executable(key: string, program: () => Program): Promise<Executable> {
    let executable = this.#executables.get(key);
    if (executable === undefined) {
      executable = this.#backend.compile(program());
      this.#executables.set(key, executable);
    }
    return executable;
  }
}

function sumOf(batches: readonly Batch[], value: (batch: Batch) => number): number {
  return batches.reduce((sum, batch) => sum + value(batch), 0);
}
