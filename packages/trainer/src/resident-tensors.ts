/** What stays on the backend between steps: parameters, gradients and moments. */
import type { DecoderModel } from '@sftkit/model';
import { type Backend, type Buffer, f32, type ReadOptions, type TensorType } from '@sftkit/tensor';
import { gradientName } from './gradient-programs.js';
import { momentNames } from './optimizer-programs.js';
import { CheckpointError, TrainerError } from './trainer-error.js';

export type Buffers = Readonly<Record<string, Buffer>>;
/** Host arrays by name. */
export type Arrays = ReadonlyMap<string, Float32Array>;

/** Buffers by the names that the programs use. */
export interface ResidentTensors {
  readonly parameters: Buffers;
  /** `gradient/<parameter>` */
  readonly gradients: Buffers;
  /** `m/<parameter>` and `v/<parameter>` */
  readonly moments: Buffers;
}

/**
 * @param options adopt: the arrays may be kept as they are; moments: `m/<parameter>` and `v/<parameter>`; zeros when absent
 * @throws {TrainerError} if a parameter is missing or has another size than the model says
 */
export async function residentTensors(
  backend: Backend,
  model: DecoderModel,
  parameters: Arrays,
  { moments, adopt }: { readonly moments?: Arrays | undefined; readonly adopt?: boolean | undefined } = {},
): Promise<ResidentTensors> {
  const resident: Record<keyof ResidentTensors, Record<string, Buffer>> = {
    parameters: {},
    gradients: {},
    moments: {},
  };
  // Saved moments stay in the arrays they were read into: for a time, a copy would be in memory as well.
  const zeros = await zerosFor(backend, model, moments === undefined ? 3 : 1);
  for (const [index, { name, shape }] of model.parameters.entries()) {
    const type = f32(...shape);
    const [gradient, ...freshMoments] = zeros[index]!;
    const data = parameters.get(name);
    if (data === undefined) {
      throw new TrainerError(
        `trainer: parameter ${name} is missing; pass every parameter that the model names`,
      );
    }
    resident.parameters[name] = await backend.buffer(type, data, { adopt });
    resident.gradients[gradientName(name)] = gradient!;
    for (const [slot, moment] of momentNames(name).entries()) {
      const saved = moments?.get(moment);
      if (moments !== undefined && saved === undefined) {
        throw new CheckpointError(
          `checkpoint: the optimizer's state lacks ${moment}; it belongs to another model`,
        );
      }
      resident.moments[moment] = freshMoments[slot] ?? (await backend.buffer(type, saved, { adopt }));
    }
  }
  return resident;
}

/** Buffers of zeros for each parameter: its gradient, and its moments if they are new. */
async function zerosFor(backend: Backend, model: DecoderModel, count: number): Promise<Buffer[][]> {
  const groups = model.parameters.map(({ shape }) => new Array<TensorType>(count).fill(f32(...shape)));
  if (backend.bufferGroups !== undefined) {
    return backend.bufferGroups(groups);
  }
  return Promise.all(groups.map((group) => Promise.all(group.map((type) => backend.buffer(type)))));
}

/** What is in buffers, by name. */
export async function readAll(buffers: Buffers, options?: ReadOptions): Promise<Map<string, Float32Array>> {
  const arrays = new Map<string, Float32Array>();
  for (const [name, buffer] of Object.entries(buffers)) {
    arrays.set(name, (await buffer.read(options)) as Float32Array);
  }
  return arrays;
}
