/**
 * The most memory that a run's process will have, known before the run starts. What the process has already (Node, the
 * libraries, the data, the parameters) is measured; what comes is planned: gradients and moments, and the most that
 * one of the run's programs needs while it runs.
 */
import type { DecoderModel } from '@sftkit/model';
import { type Backend, type Program, planMemory, sizeOf } from '@sftkit/tensor';
import type { TrainingPrograms } from '@sftkit/trainer';
import { formatBytes } from './format-quantity.js';
import { UserError } from './user-error.js';

export interface MemoryPrediction {
  /** Parameters, gradients and both moments, in bytes. */
  readonly residentBytes: number;
  /** The most that a program needs besides them at once. */
  readonly workingBytes: number;
  /** Of the whole process at its peak; undefined where the backend does not say what it needs of the host's memory. */
  readonly processBytes: number | undefined;
}

/** What a run does besides its steps. */
export interface MemoryUses {
  /** The held-out loss's program; undefined where nothing is held out. */
  readonly objective: Program | undefined;
  readonly accumulates: boolean;
  /** Whether the moments are there already, from a checkpoint. */
  readonly resumes: boolean;
  /** Of the process now, parameters included. */
  readonly presentBytes: number;
}

/**
 * What the process grows by, whatever the model: threads, kernels and tables of ONNX Runtime with its first session, 31 MB,
 * and code and objects of Node's, 5 to 30 MB. Measured with models of 0.1M to 50M parameters.
 */
const GROWTH_BYTES = 48e6;

export function predictMemory(
  backend: Backend,
  model: DecoderModel,
  { gradients, accumulate, squares, update }: TrainingPrograms,
  { objective, accumulates, resumes, presentBytes }: MemoryUses,
): MemoryPrediction {
  const parameters = model.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const copyBytes = 4 * parameters;
  const workingOf = (program: Program): number => {
    if (backend.workingBytes !== undefined) {
      return backend.workingBytes(program);
    }
    const { peakIntermediateBytes, constantBytes } = planMemory(program);
    return peakIntermediateBytes + constantBytes;
  };
  const step = accumulates ? accumulate : gradients;
  const programs = [step, squares, update, ...(objective === undefined ? [] : [objective])];
  const workingBytes = Math.max(...programs.map(workingOf));
  return {
    residentBytes: 4 * copyBytes,
    workingBytes,
    processBytes:
      backend.workingBytes === undefined
        ? undefined
        : presentBytes + (resumes ? 1 : 3) * copyBytes + GROWTH_BYTES + workingBytes,
  };
}

/**
 * @param limitBytes memory that the process may have
 * @throws {UserError} if the run will need more
 */
export function checkFits({ processBytes, workingBytes }: MemoryPrediction, limitBytes: number): void {
  if (processBytes !== undefined && processBytes > limitBytes) {
    throw new UserError(
      `memory: expected a run that fits into ${formatBytes(limitBytes)}, got one that will take ${formatBytes(processBytes)}, ${formatBytes(workingBytes)} of it for intermediates; set activationCheckpointing: block, or lower batch.rows or length`,
    );
  }
}
