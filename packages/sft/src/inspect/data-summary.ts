/** A data set in numbers: what would be learnt of it, and what would be left out and why. */
import type { PreparedExample } from '../examples/prepare-example.js';
import type { Refusal } from '../examples/refusal.js';
import { type Histogram, histogram } from './histogram.js';

/** What is kept of each example. */
export interface ExampleFacts {
  readonly tokens: number;
  readonly supervisedTokens: number;
  readonly straddlingTokens: number;
  readonly unlearnableCharacters: number;
}

export interface DataSummary {
  readonly examples: number;
  readonly tokens: number;
  readonly supervisedTokens: number;
  readonly straddlingTokens: number;
  readonly unlearnableCharacters: number;
  /** Of the examples' lengths in tokens. */
  readonly lengths: Histogram;
  readonly longest: number;
  readonly median: number;
  /** Longer than the row that was asked about; undefined where none was. */
  readonly overlong: number | undefined;
  readonly nothingSupervised: number;
  readonly refused: readonly Refusal[];
}

export function factsOf(prepared: PreparedExample): ExampleFacts {
  const { inputIds, supervisedTokens, straddlingTokens, unlearnableCharacters } = prepared;
  return { tokens: inputIds.length, supervisedTokens, straddlingTokens, unlearnableCharacters };
}

/** @param length T, tokens of a row; undefined: rows of any length */
export function summarizeData(
  facts: readonly ExampleFacts[],
  refused: readonly Refusal[],
  length?: number | undefined,
): DataSummary {
  const sum = (key: keyof ExampleFacts): number => facts.reduce((total, fact) => total + fact[key], 0);
  const lengths = facts.map(({ tokens }) => tokens).sort((a, b) => a - b);
  // Training looks first for something to learn, then at the length.
  const learnt = facts.filter(({ supervisedTokens }) => supervisedTokens > 0);
  return {
    examples: facts.length + refused.length,
    tokens: sum('tokens'),
    supervisedTokens: sum('supervisedTokens'),
    straddlingTokens: sum('straddlingTokens'),
    unlearnableCharacters: sum('unlearnableCharacters'),
    lengths: histogram(lengths),
    longest: lengths.at(-1) ?? 0,
    median: lengths[Math.floor(lengths.length / 2)] ?? 0,
    overlong: length === undefined ? undefined : learnt.filter(({ tokens }) => tokens > length).length,
    nothingSupervised: facts.length - learnt.length,
    refused,
  };
}
