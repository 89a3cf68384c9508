import type { TensorType } from '@sftkit/tensor';
import type { ParameterSpec } from '../decoder-model.js';

/** The parameters as inputs of a trace. */
export function parameterTypes(parameters: readonly ParameterSpec[]): Record<string, TensorType> {
  return Object.fromEntries(
    parameters.map(({ name, shape }): [string, TensorType] => [name, { dtype: 'f32', shape }]),
  );
}
