import { describe, expect, test } from 'vitest';
import { BACKENDS } from './backends.js';
import { GOLDEN_MODELS, measureParity, readGolden, TOLERANCE } from './parity.js';

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
