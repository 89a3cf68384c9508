import { Environment } from '@huggingface/jinja';
import { expect, test } from 'vitest';
import { runtimeValue } from './runtime-values.js';

test.each(['text', 3, 1000, 0.5, true, ['a', 1], { role: 'user' }])(
  '%j is the value that the library makes of it',
  (value) => {
    const theirs = new Environment().set('value', value);
    const ours = runtimeValue(value);
    expect(Object.getPrototypeOf(ours)).toBe(Object.getPrototypeOf(theirs));
    expect([ours.type, ours.toString()]).toEqual([theirs.type, theirs.toString()]);
    expect([...ours.builtins.keys()]).toEqual([...theirs.builtins.keys()]);
  },
);
