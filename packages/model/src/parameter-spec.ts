import type { ParameterSpec } from './decoder-model.js';

/** A weight matrix or an embedding. */
export function matrix(
  name: string,
  shape: readonly [number, number],
  initialization: 'normal' | 'residual' = 'normal',
): ParameterSpec {
  return { name, shape, decay: true, initialization };
}

/** The scale of a norm. */
export function norm(name: string, width: number): ParameterSpec {
  return { name, shape: [width], decay: false, initialization: 'ones' };
}

export function bias(name: string, width: number): ParameterSpec {
  return { name, shape: [width], decay: false, initialization: 'zeros' };
}
