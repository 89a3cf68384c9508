import { describe, expect, test } from 'vitest';
import { BACKENDS } from './backends.js';
import { GOLDEN_MODELS, measureParity, readGolden } from './parity.js';

/**
 * Both sides are float32 (the reference is float64 against PyTorch's float32): sums of a few dozen terms, ordered
 * differently, through two layers and back. Measured: at most 5e-6; the bound leaves room for other processors.
 */
const TOLERANCE = 2e-5;

describe.each(BACKENDS)('against PyTorch on $name', ({ create }) => {
  test.each(GOLDEN_MODELS)('%s: logits, loss and every named gradient', async (name) => {
    const golden = await readGolden(name);
    const backend = await create();
    const { logits, loss, gradients } = await measureParity(golden, backend);
    await backend.dispose();
    const expected = [...golden.tensors.keys()].filter((tensor) => tensor.startsWith('gradient/'));
    expect([...gradients.keys()].map((parameter) => `gradient/${parameter}`).sort()).toEqual(expected.sort());
    expect(logits).toBeLessThan(TOLERANCE);
    expect(loss).toBeLessThan(TOLERANCE);
    for (const [parameter, error] of gradients) {
      expect(error, parameter).toBeLessThan(TOLERANCE);
    }
  });
});
