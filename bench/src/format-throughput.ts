import type { Spread } from './statistics.js';
import type { ThroughputResult } from './throughput.js';

/** What was measured, as text for a terminal. */
export function formatThroughput(result: ThroughputResult): string {
  const {
    problems,
    tokens,
    supervisedTokens,
    rounds,
    threads,
    load,
    tokensPerSecond,
    stages,
    ratios,
    coldStart,
  } = result;
  const rows: readonly (readonly [string, Spread])[] = [
    ['@huggingface/tokenizers alone', tokensPerSecond.library],
    ['our tokenizer alone', tokensPerSecond.tokenizer],
    ['render, encode, mask, prove and pack', tokensPerSecond.oneThread],
    [`the same on ${threads} threads`, tokensPerSecond.allThreads],
  ];
  const shares = Object.entries(stages).map(([stage, share]) => `${stage} ${share.median.toFixed(2)}`);
  return [
    `GSM8K with Qwen 2.5's tokenizer: ${count(problems)} problems, ${count(tokens)} tokens, ${count(supervisedTokens)} supervised; ` +
      `${rounds} rounds, load ${load.map((each) => each.toFixed(1)).join(' to ')}`,
    ...rows.map(([name, spread]) => `  ${name.padEnd(38)}${rate(spread)}`),
    `  stages, of the time of our tokenizer alone: ${shares.join(', ')}`,
    `  all but the tokenizer adds ${percent(ratios.addedToLibrary)} to the time of the library alone, ${percent(ratios.addedToTokenizer)} to that of our tokenizer alone`,
    `  all stages on one thread are ${times(ratios.againstLibrary)} as fast as the library alone; ${threads} threads are ${times(ratios.allThreads)} as fast as one`,
    `  cold: our tokenizer's first pass takes ${coldStart.firstPassSeconds.toFixed(1)} s, starting the other threads ${coldStart.threadsReadySeconds.toFixed(1)} s`,
  ].join('\n');
}

function rate({ median, lowerQuartile, upperQuartile }: Spread): string {
  return `${count(median).padStart(10)} tokens/s (${count(lowerQuartile)} to ${count(upperQuartile)})`;
}

function times({ median, lowerQuartile, upperQuartile }: Spread): string {
  return `${median.toFixed(2)} (${lowerQuartile.toFixed(2)} to ${upperQuartile.toFixed(2)}) times`;
}

function percent({ median, lowerQuartile, upperQuartile }: Spread): string {
  const text = (share: number) => (share * 100).toFixed(0);
  return `${text(median)} % (${text(lowerQuartile)} to ${text(upperQuartile)})`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
