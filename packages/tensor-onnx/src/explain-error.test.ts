import { BackendError, f32, matmul, trace } from '@sftkit/tensor';
import { describe, expect, it } from 'vitest';
import { errorOf, faultyPrograms } from '../test/faulty-programs.js';
import { explainError } from './explain-error.js';
import { onnxBackend } from './onnx-backend.node.js';

describe('an error of ONNX Runtime names the operation and its shapes', () => {
  it.each(faultyPrograms.map((each) => [each.name, each] as const))('%s', async (_, faulty) => {
    const [name, message] = await errorOf(faulty, await onnxBackend({ threads: 1 }));
    expect(message).toMatch(faulty.message);
    expect(name).toBe('BackendError');
  });

  it('takes nothing for a node of the program that is none', () => {
    const program = trace({ x: f32(1, 1) }, ({ x }) => ({ y: matmul(x, x) }));
    for (const message of ['out of memory', 'at 12:30/5', 'at file.cc:0:add/1']) {
      const cause = new Error(message);
      const error = explainError(cause, program);
      expect(error).toBeInstanceOf(BackendError);
      expect(error.message).toBe(`onnx: ONNX Runtime failed: ${message}`);
      expect(error.cause).toBe(cause);
    }
  });
});
