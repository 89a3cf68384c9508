/**
 * Prints how far each backend is from PyTorch on the golden models, as a Markdown table of largest relative errors:
 *
 *     npx tsx --conditions=@sftkit/source tools/parity.ts
 */
import { BACKENDS } from '../packages/model/test/backends.js';
import { GOLDEN_MODELS, measureParity, readGolden } from '../packages/model/test/parity.js';

console.log('| backend | model | logits | loss | gradients | the worst of them |');
console.log('|---|---|---|---|---|---|');
for (const { name, create } of BACKENDS) {
  const backend = await create();
  for (const model of GOLDEN_MODELS) {
    const { logits, loss, gradients } = await measureParity(await readGolden(model), backend);
    const [worst, error] = [...gradients].reduce((a, b) => (b[1] > a[1] ? b : a));
    const numbers = [logits, loss, error].map((value) => value.toExponential(1)).join(' | ');
    console.log(`| ${name} | ${model} | ${numbers} | ${worst} (of ${gradients.size}) |`);
  }
  await backend.dispose();
}
