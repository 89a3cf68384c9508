/**
 * The most memory that a run's process will have, known before the run starts. What the process has already (Node, the
 * libraries, the data, the parameters) is measured; what comes is planned: gradients and moments, and the most that
 * one of the run's programs needs while it runs.
 */
import { generationPlan } from '@sftkit/model';
import { type Backend, type Program, planMemory, sizeOf } from '@sftkit/tensor';
import { objectiveProgram } from '@sftkit/trainer';
import { formatBytes } from '../format-quantity.js';
import type { TrainingOptions } from '../recipe/recipe-schema.js';
import { SftError } from '../sft-error.js';
import { promptsOf } from './answer-prompts.js';
import type { PlannedRun } from './plan-run.js';

export interface MemoryPrediction {
  /** Parameters, gradients and both moments, in bytes. */
  readonly residentBytes: number;
  /** The most that a program needs besides them at once. */
  readonly workingBytes: number;
  /** Of the whole process at its peak; undefined where the backend does not say what it needs of the host's memory. */
  readonly processBytes: number | undefined;
}

/** What the prediction has to know besides the run. */
export interface MemoryUses {
  readonly report: TrainingOptions['report'];
  /** Whether the moments are there already, from a checkpoint. */
  readonly resumes: boolean;
  /** Of the process now, parameters included; undefined where it cannot be told. */
  readonly presentBytes: number | undefined;
}

/**
 * What the process grows by, whatever the model: threads, kernels and tables of ONNX Runtime with its first session, 31 MB,
 * code and objects of Node's, 5 to 30 MB, and 12 MB that predicting the time leaves. Measured with models of 0.1M to 50M
 * parameters.
 */
const GROWTH_BYTES = 60e6;

/**
 * What steps and answered tokens leave behind until V8 collects it grows the heap, the less the larger it is: by 100 MB at
 * most. Measured with runs of 6 to 620 steps and 0 to 9,000 tokens, together and apart.
 */
const GARBAGE_BYTES = 100e6;
const STEPS_OF_GARBAGE = 150;
const TOKENS_OF_GARBAGE = 9000;

export function predictRunMemory(
  backend: Backend,
  run: PlannedRun,
  { report, resumes, presentBytes }: MemoryUses,
): MemoryPrediction {
  const { base, programs, data } = run;
  const parameters = base.model.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const copyBytes = 4 * parameters;
  const workingOf = (program: Program): number => {
    if (backend.workingBytes !== undefined) {
      return backend.workingBytes(program);
    }
    const { peakIntermediateBytes, constantBytes } = planMemory(program);
    return peakIntermediateBytes + constantBytes;
  };
  const step = data.batches(0, 0).length > 1 ? programs.accumulate : programs.gradients;
  const alone = [step, programs.squares, programs.update, ...objectiveOf(run)].map(workingOf);
  const prompts = promptsOf(run, report);
  const workingBytes = Math.max(...alone, generationBytes(run, prompts, report, workingOf));
  // Prompts are answered before the first step and after the last.
  const tokens = 2 * prompts.length * report.maxNewTokens;
  const share = 1 - Math.exp(-run.steps / STEPS_OF_GARBAGE - tokens / TOKENS_OF_GARBAGE);
  const growthBytes = GROWTH_BYTES + share * GARBAGE_BYTES;
  return {
    residentBytes: 4 * copyBytes,
    workingBytes,
    processBytes:
      backend.workingBytes === undefined || presentBytes === undefined
        ? undefined
        : presentBytes + (resumes ? 1 : 3) * copyBytes + growthBytes + workingBytes,
  };
}

function objectiveOf({ base, shape, evaluation }: PlannedRun): Program[] {
  const { batches, capacity, longestSegment } = evaluation;
  return batches.length === 0 ? [] : [objectiveProgram(base.model, { ...shape, capacity, longestSegment })];
}

/** Of the answers before and after training: their programs stay compiled beside each other, and the cache beside them. */
function generationBytes(
  { base }: PlannedRun,
  prompts: readonly Int32Array[],
  { maxNewTokens }: TrainingOptions['report'],
  workingOf: (program: Program) => number,
): number {
  if (prompts.length === 0) return 0;
  const promptTokens = prompts.map(({ length }) => length);
  const contextLength = Math.min(base.config.maxPositions, Math.max(...promptTokens) + maxNewTokens);
  const { programs, cacheBytes } = generationPlan(base.model, { promptTokens, contextLength });
  return cacheBytes + programs.reduce((sum, program) => sum + workingOf(program), 0);
}

/**
 * @param limitBytes memory that the process may have
 * @throws {SftError} if the run will need more
 */
export function checkFits({ processBytes, workingBytes }: MemoryPrediction, limitBytes: number): void {
  if (processBytes !== undefined && processBytes > limitBytes) {
    throw new SftError(
      `memory: expected a run that fits into ${formatBytes(limitBytes)}, got one that will take ${formatBytes(processBytes)}, ${formatBytes(workingBytes)} of it for intermediates; set activationCheckpointing: block, or lower batch.rows or length`,
    );
  }
}
