import type { Tolerance } from './conformance-case.js';

/** float32 rounds to 6e-8 of a number; the figures below are shares of an output's largest element. */
export const EXACT: Tolerance = {
  value: 0,
  gradient: 1e-6,
  reason: 'values are moved or compared, not computed; gradients add up a few products',
};

export const ARITHMETIC: Tolerance = {
  value: 1e-6,
  gradient: 4e-6,
  reason:
    'one rounding, or 2.5 units in the last place for a GPU division; gradients chain a few of them and sum',
};

export const TRANSCENDENTAL: Tolerance = {
  value: 2e-5,
  gradient: 4e-5,
  reason: 'WGSL grants tanh an absolute error of 1e-5 and exp and log some units in the last place',
};

export const SUMMED: Tolerance = {
  value: 1e-5,
  gradient: 2e-5,
  reason: 'sums of up to some hundred products in float32, in whatever order the backend likes',
};

export const COMPOSED: Tolerance = {
  value: 5e-5,
  gradient: 2e-4,
  reason: 'a chain of some twenty operations, each with its own error, with exp in the softmax',
};
