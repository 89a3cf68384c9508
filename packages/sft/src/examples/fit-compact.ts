import { type FitExamplesOptions, type FittedExamples, fitExamples } from '@sftkit/masking';
import type { CompactExample } from './compact-example.js';

/** Examples whose full arrays are in memory at once. */
const BATCH = 1024;

/**
 * `fitExamples`, with examples that stay compact when they are cut.
 * @throws {MaskingError} as `fitExamples`
 */
export function fitCompact(
  examples: readonly CompactExample[],
  options: FitExamplesOptions & { readonly length: number },
): FittedExamples<CompactExample> {
  if (options.overlong !== 'truncate') return fitExamples(examples, options);
  const all: Mutable<FittedExamples<CompactExample>> = { kept: [], origins: [], dropped: [], truncated: [] };
  for (let from = 0; from < examples.length; from += BATCH) {
    const { kept, origins, dropped, truncated } = fitExamples(examples.slice(from, from + BATCH), options);
    const isCut = new Set(truncated);
    kept.forEach((example, at) => {
      const origin = origins[at]!;
      all.kept.push(isCut.has(origin) ? examples[from + origin]!.cut(options.length) : example);
      all.origins.push(from + origin);
    });
    for (const { index, reason } of dropped) all.dropped.push({ index: from + index, reason });
    for (const index of truncated) all.truncated.push(from + index);
  }
  return all;
}

type Mutable<T> = { [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };
