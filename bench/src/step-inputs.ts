/** What a contestant in JavaScript needs of a task, as plain arrays that any library takes. */
import type { DecoderConfig, ParameterSpec } from '@sftkit/model';
import { loadModel } from '@sftkit/model/node';
import { readTask, type Task } from './task.js';

export interface StepInputs {
  readonly task: Task;
  readonly config: DecoderConfig;
  readonly parameters: readonly (ParameterSpec & { readonly data: Float32Array })[];
  /** Rotary tables (T, D), both halves alike. */
  readonly cos: Float32Array;
  readonly sin: Float32Array;
  /** (T, T) 0 where a query sees a key, -1e9 after it */
  readonly mask: Float32Array;
  /** (T, V) one in a supervised position's target, zeros elsewhere */
  readonly targets: Float32Array;
  readonly supervisedTokens: number;
}

export async function readStepInputs(directory: string): Promise<StepInputs> {
  const task = await readTask(directory);
  const { config, model, weights } = await loadModel(directory);
  const length = task.inputIds.length;
  const angles = rotaryAngles(config, length);
  const targets = new Float32Array(length * config.vocabSize);
  for (const [t, target] of task.targets.entries()) {
    if (target >= 0) {
      targets[t * config.vocabSize + target] = 1;
    }
  }
  return {
    task,
    config,
    parameters: model.parameters.map((spec) => ({ ...spec, data: weights.get(spec.name)! })),
    cos: angles.map(Math.cos),
    sin: angles.map(Math.sin),
    mask: Float32Array.from({ length: length ** 2 }, (_, i) =>
      i % length > Math.floor(i / length) ? -1e9 : 0,
    ),
    targets,
    supervisedTokens: task.targets.filter((target) => target >= 0).length,
  };
}

/** (T, D) */
function rotaryAngles({ headWidth, ropeTheta }: DecoderConfig, length: number): Float32Array {
  const half = headWidth / 2;
  return Float32Array.from({ length: length * headWidth }, (_, i) => {
    const frequency = ropeTheta ** (-(i % half) / half);
    return Math.floor(i / headWidth) * frequency;
  });
}
