/**
 * How fast conversations become batches: against the library underneath and against our tokenizer alone, on one thread
 * and on all. All take their turn in each round, and a ratio is taken within its round. The rounds begin when
 * everything is warm; what the first pass and the start of the threads cost is said apart.
 */
import { loadavg } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ConversationExample } from '@sftkit/data';
import {
  encodeConversation,
  fitExamples,
  type MaskedExample,
  maskConversation,
  pack,
  verifyMask,
} from '@sftkit/masking';
import { type PrepareOptions, prepareHere } from '@sftkit/sft';
import { PreparationPool } from '@sftkit/sft/node';
import { type Conversation, resolveTemplate } from '@sftkit/templates';
import { type Spread, spreadOf } from './statistics.js';
import { loadTokenizers, readProblems } from './throughput-data.js';

/** T and B of the batches. */
const ROWS = { length: 1024, batchRows: 8 };
/** The library gets every eighth problem: all of them take it ten seconds. */
const LIBRARY_EVERY = 8;
const WARM_UP_PASSES = 2;

// Nobody pays for what another one has left behind.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const STAGES = ['render', 'encode', 'mask', 'prove', 'pack'] as const;
export type Stage = (typeof STAGES)[number];

export interface ThroughputResult {
  readonly problems: number;
  readonly tokens: number;
  readonly supervisedTokens: number;
  readonly rounds: number;
  readonly threads: number;
  /** Runnable processes, mean of a minute, before and after. */
  readonly load: readonly [before: number, after: number];
  readonly tokensPerSecond: {
    /** `@huggingface/tokenizers` on the rendered texts. */
    readonly library: Spread;
    /** Our tokenizer on the rendered texts. */
    readonly tokenizer: Spread;
    /** All stages, from conversations to batches. */
    readonly oneThread: Spread;
    readonly allThreads: Spread;
  };
  /** Time of each stage on one thread, as a share of the time that our tokenizer alone takes. */
  readonly stages: Readonly<Record<Stage, Spread>>;
  readonly ratios: {
    /** What all stages take beyond the tokenizer, as a share of the time that the library alone takes. */
    readonly addedToLibrary: Spread;
    /** The same as a share of the time that our tokenizer alone takes. */
    readonly addedToTokenizer: Spread;
    /** Speed of all stages on one thread as a multiple of the library alone. */
    readonly againstLibrary: Spread;
    /** Speed of all threads as a multiple of one. */
    readonly allThreads: Spread;
  };
  readonly coldStart: {
    /** Our tokenizer's first pass over the texts. */
    readonly firstPassSeconds: number;
    /** Until the other threads have loaded the tokenizer. */
    readonly threadsReadySeconds: number;
  };
}

/** Seconds for all tokens. */
interface Round {
  readonly library: number;
  readonly tokenizer: number;
  readonly oneThread: number;
  readonly allThreads: number;
  readonly stages: Readonly<Record<Stage, number>>;
}

/** @throws {BenchError} if the data does not lie beside the project */
export async function measureThroughput({
  rounds: count,
  threads,
}: {
  readonly rounds: number;
  readonly threads: number;
}): Promise<ThroughputResult> {
  const before = loadavg()[0]!;
  const examples = await readProblems();
  const { ours: tokenizer, library } = loadTokenizers();
  const template = resolveTemplate('chatml');
  const options: PrepareOptions = { tokenizer, template, mask: 'assistant' };
  const texts = examples.map(({ conversation }) => template.renderText(conversation));
  const [firstPassSeconds, encodings] = timed(() => texts.map((text) => tokenizer.encode(text)));
  const tokens = sum(encodings.map(({ ids }) => ids.length));
  const some = texts.filter((_, index) => index % LIBRARY_EVERY === 0);
  const tokensOfSome = sum(
    encodings.filter((_, index) => index % LIBRARY_EVERY === 0).map(({ ids }) => ids.length),
  );

  const pool = new PreparationPool(options, { workers: threads - 1 });
  const started = performance.now();
  try {
    await pool.ready();
    const threadsReadySeconds = (performance.now() - started) / 1000;
    let supervisedTokens = 0;
    const makeRound = async (): Promise<Round> => {
      const [librarySeconds, lengths] = timed(() =>
        some.map((text) => library.encode(text, { add_special_tokens: false }).ids.length),
      );
      if (sum(lengths) !== tokensOfSome) {
        throw new Error(
          `throughput: expected ${tokensOfSome} tokens of the library as of ours, got ${sum(lengths)}`,
        );
      }
      const [tokenizerSeconds] = timed(() => texts.map((text) => tokenizer.encode(text)));
      const stages = timeStages(examples, options);
      const [oneThread, alone] = timed(() => packAll(prepareHere(examples, options).prepared));
      collectGarbage();
      const start = performance.now();
      const together = packAll((await pool.prepare(examples)).prepared);
      const allThreads = (performance.now() - start) / 1000;
      if (together !== alone) {
        throw new Error(`throughput: expected ${alone} supervised tokens of all threads, got ${together}`);
      }
      supervisedTokens = alone;
      return {
        library: (librarySeconds * tokens) / tokensOfSome,
        tokenizer: tokenizerSeconds,
        stages,
        oneThread,
        allThreads,
      };
    };
    for (let pass = 0; pass < WARM_UP_PASSES; pass++) await makeRound();
    const rounds: Round[] = [];
    for (let round = 0; round < count; round++) rounds.push(await makeRound());
    const spread = (of: (round: Round) => number) => spreadOf(rounds.map(of));
    return {
      problems: examples.length,
      tokens,
      supervisedTokens,
      rounds: count,
      threads,
      load: [before, loadavg()[0]!],
      tokensPerSecond: {
        library: spread((round) => tokens / round.library),
        tokenizer: spread((round) => tokens / round.tokenizer),
        oneThread: spread((round) => tokens / round.oneThread),
        allThreads: spread((round) => tokens / round.allThreads),
      },
      stages: Object.fromEntries(
        STAGES.map((stage) => [stage, spread((round) => round.stages[stage] / round.tokenizer)]),
      ) as Record<Stage, Spread>,
      ratios: {
        addedToLibrary: spread((round) => (round.oneThread - round.tokenizer) / round.library),
        addedToTokenizer: spread((round) => (round.oneThread - round.tokenizer) / round.tokenizer),
        againstLibrary: spread((round) => round.library / round.oneThread),
        allThreads: spread((round) => round.oneThread / round.allThreads),
      },
      coldStart: { firstPassSeconds, threadsReadySeconds },
    };
  } finally {
    await pool.close();
  }
}

/** The stages one after another, each for all examples. */
function timeStages(
  examples: readonly ConversationExample[],
  { tokenizer, template, mask: policy }: PrepareOptions,
): Record<Stage, number> {
  const each = <T>(work: (conversation: Conversation, index: number) => T): [number, T[]] =>
    timed(() => examples.map(({ conversation }, index) => work(conversation, index)));
  const [render, rendered] = each((conversation) => template!.render(conversation));
  const [encode, encodings] = each((conversation, i) =>
    encodeConversation(rendered[i]!, conversation, { tokenizer }),
  );
  const [mask, masked] = each((conversation, i) =>
    maskConversation(rendered[i]!, encodings[i]!, conversation, { policy }),
  );
  const [prove] = each((conversation, i) =>
    verifyMask(rendered[i]!, encodings[i]!, conversation, masked[i]!, { policy, template: template! }),
  );
  const [packing] = timed(() => packAll(masked));
  return { render, encode, mask, prove, pack: packing };
}

/** Makes all batches of an epoch. @returns supervised tokens in them */
function packAll(examples: readonly MaskedExample[]): number {
  const { kept } = fitExamples(examples, ROWS);
  return sum(Array.from(pack(kept, ROWS), ({ supervisedTokens }) => supervisedTokens));
}

function timed<T>(work: () => T): [seconds: number, result: T] {
  collectGarbage();
  const start = performance.now();
  const result = work();
  return [(performance.now() - start) / 1000, result];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
