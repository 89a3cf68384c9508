/** What a step does once with all parameters or gradients, on a sample of them. */
import type { DecoderModel, ParameterSpec } from '@sftkit/model';
import { add, f32, type Program, sizeOf, trace } from '@sftkit/tensor';
import { gradientName } from '../gradient-programs.js';
import {
  type AdamWOptions,
  momentNames,
  squaresProgram,
  updateProgram,
  updateScalars,
  zerosProgram,
} from '../optimizer-programs.js';
import { residentTensors } from '../resident-tensors.js';
import { type Sample, type Samples, sampleNumbers } from './samples.js';

/** 32 MB with gradients and moments: more than most caches hold, as a model is. */
const MOST_PARAMETERS = 2_000_000;

export interface OptimizerSamples {
  /** Gradients set to 0. */
  readonly zeros: Sample;
  /** Gradients added to those of earlier micro-batches. */
  readonly sums: Sample;
  /** Sums of squares of the gradients. */
  readonly squares: Sample;
  readonly update: Sample;
}

export async function optimizerSamples(
  samples: Samples,
  model: DecoderModel,
  options: AdamWOptions,
): Promise<OptimizerSamples> {
  const parameters = someOf(model.parameters);
  const weights = new Map(parameters.map(({ name, shape }) => [name, sampleNumbers(sizeOf(shape))]));
  const resident = await residentTensors(samples.backend, { ...model, parameters }, weights, { adopt: true });
  const buffers = { ...resident.parameters, ...resident.gradients, ...resident.moments };
  for (const buffer of Object.values(buffers)) {
    samples.keep(buffer);
  }
  const gradients = Object.fromEntries(
    parameters.map(({ name, shape }) => [gradientName(name), f32(...shape)]),
  );
  // Nothing changes: the learning rate is 0.
  const scalars = updateScalars(1, { learningRate: 0, gradientScale: 1, betas: options.betas });
  const sampleOf = (program: Program) => samples.make(program, { ...buffers, scalars }, buffers);
  return {
    zeros: await sampleOf(zerosProgram(gradients)),
    sums: await sampleOf(sumsProgram(parameters)),
    squares: await sampleOf(squaresProgram(gradients)),
    update: await sampleOf(updateProgram(parameters, options)),
  };
}

/** The smallest first, the last one cut off. */
function someOf(parameters: readonly ParameterSpec[]): ParameterSpec[] {
  let left = MOST_PARAMETERS;
  return parameters
    .toSorted((a, b) => sizeOf(a.shape) - sizeOf(b.shape))
    .map((spec) => {
      const size = Math.min(left, sizeOf(spec.shape));
      left -= size;
      return { ...spec, shape: [size] };
    })
    .filter(({ shape }) => sizeOf(shape) > 0);
}

/** Gradients plus others of the same shapes, for which the first moments stand. */
function sumsProgram(parameters: readonly ParameterSpec[]): Program {
  const pairs = parameters.map(({ name }) => ({ name: gradientName(name), other: momentNames(name)[0] }));
  const types = Object.fromEntries(
    parameters.flatMap(({ shape }, i) => [
      [pairs[i]!.name, f32(...shape)],
      [pairs[i]!.other, f32(...shape)],
    ]),
  );
  return trace(types, (tensors) =>
    Object.fromEntries(pairs.map(({ name, other }) => [name, add(tensors[name]!, tensors[other]!)])),
  );
}
