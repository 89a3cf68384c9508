/** What a recipe may say. Defaults are here and nowhere else. */
import { FORMS } from '@sftkit/data';
import { z } from 'zod';

/** Above these a number is a slip: it would fail where memory is reserved, without the name of its field. */
export const LIMITS = {
  threads: 1024,
  rows: 2 ** 16,
  length: 2 ** 20,
  steps: 1e8,
  epochs: 1e6,
} as const;

const positiveInteger = z.int().positive();
const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

/** Training computes in float32: a number that is 0 or infinite there would train another model than was asked for. */
const float32 = z
  .number()
  .nonnegative()
  .refine((value) => Number.isFinite(Math.fround(value)) && (value === 0 || Math.fround(value) > 0), {
    error: 'expected a number that float32 holds, 0 or about 1.4e-45 to 3.4e38',
  });
const positiveFloat32 = float32.refine((value) => value > 0, { error: 'expected a number above 0' });

/** A share that something is divided by the rest of. */
const shareBelowOne = z
  .number()
  .min(0)
  .refine((value) => Math.fround(value) < 1, {
    error: 'expected a number from 0 that is below 1 in float32',
  });

export const BACKENDS = ['auto', 'onnx', 'gpu', 'webgpu', 'webasm', 'cpu', 'reference'] as const;
export type BackendName = (typeof BACKENDS)[number];

const init = z.strictObject({
  /** Fields of `config.json`; `vocab_size` comes from the tokenizer. */
  config: z.record(z.string(), z.unknown()),
  tokenizer: z
    .strictObject({
      /** A directory with tokenizer.json; absent: a byte-level BPE is trained on the training data. */
      from: z.string().optional(),
      vocabSize: positiveInteger.default(2048),
      /** Control tokens besides the end of text. */
      specialTokens: z.array(z.string()).default([]),
      /** Ends every text, and stands before a text where the config names a beginning of sequence. */
      endOfText: z.string().default('<|endoftext|>'),
    })
    .prefault({}),
});

/** What a run does with examples and a model, wherever these come from. */
const training = {
  /**
   * A built-in name, a file, `model`: the template that the model came with, `model:NAME`: one of several, or `auto`: the
   * model's own, and chatml where it has none.
   */
  template: z.string().default('auto'),
  /** Whether a prompt that goes on where the text does not (it opens a thought) is made equal to what is trained on. */
  matchPrompt: z.boolean().default(false),
  /** auto: control tokens of the template that the tokenizer lacks are added, and the embedding grows. */
  addTokens: z.enum(['auto', 'none']).default('auto'),
  mask: z.enum(['assistant', 'last-assistant', 'all']).default('assistant'),
  /** Whose turns the mask speaks of. */
  roles: z.array(z.string()).min(1).default(['assistant']),
  /** Whether the assistant's thoughts are learnt. */
  reasoning: z.boolean().default(true),
  /** T, tokens in a row; auto: the model's context, but at most 512. */
  length: z
    .union([positiveInteger.max(LIMITS.length), z.literal('auto')], { error: 'expected a number or auto' })
    .default('auto'),
  overlong: z.enum(['drop', 'truncate', 'error']).default('drop'),
  packing: z.boolean().default(true),
  batch: z
    .strictObject({
      /** B, rows in a micro-batch: what memory allows. */
      rows: positiveInteger.max(LIMITS.rows).default(4),
      /** Micro-batches in an optimizer step. */
      accumulation: positiveInteger.max(LIMITS.rows).default(1),
      /** Examples in an optimizer step, in as many micro-batches as they fill; replaces `accumulation`. */
      examples: positiveInteger.optional(),
    })
    .prefault({}),
  epochs: z.number().positive().max(LIMITS.epochs).default(3),
  /** Optimizer steps; replaces `epochs`. */
  steps: positiveInteger.max(LIMITS.steps).optional(),
  optimizer: z
    .strictObject({
      learningRate: positiveFloat32.default(1e-4),
      betas: z.tuple([shareBelowOne, shareBelowOne]).default([0.9, 0.95]),
      epsilon: positiveFloat32.default(1e-8),
      weightDecay: float32.default(0),
    })
    .prefault({}),
  schedule: z
    .strictObject({
      kind: z.enum(['constant', 'linear', 'cosine']).default('cosine'),
      /** Steps, or below 1 a share of all steps. */
      warmup: z.number().nonnegative().default(0),
      /** Share of the peak at the end. */
      floor: share.default(0.1),
    })
    .prefault({}),
  /** Largest global norm of the gradients; 0: no clipping. */
  clip: float32.default(1),
  /** Residual dropout, one rate or a line over the layers. */
  dropout: z.union([shareBelowOne, z.strictObject({ from: shareBelowOne, to: shareBelowOne })]).default(0),
  /** block: computes a layer again in the backward pass instead of keeping it: less memory, more time, the same bits. */
  activationCheckpointing: z.enum(['none', 'block']).default('none'),
  /** Evaluation on the held-out examples besides the one before the first step and the one after the last. */
  evaluate: z
    .strictObject({
      /** Every N steps; 0: none between. */
      every: count.default(0),
      /** Stop when so many evaluations in a row have not lowered the held-out loss; absent: train all steps. */
      patience: positiveInteger.optional(),
    })
    .prefault({}),
  seed: count.default(0),
  /** What is shown of a run besides its numbers. */
  report: z
    .strictObject({
      /** Show the mask of one example before training. */
      mask: z.boolean().default(false),
      /** Held-out prompts answered before and after. */
      prompts: count.default(0),
      maxNewTokens: positiveInteger.default(64),
      /** Prompts whose answers are printed side by side. */
      samples: z.array(z.string()).default([]),
    })
    .prefault({}),
};

export const trainingSchema = z.strictObject(training);

export const recipeSchema = z.strictObject({
  /** Directory of the base model. Either this or `init`. */
  model: z.string().optional(),
  /** A model from scratch. */
  init: init.optional(),
  /** Run directory; `runs/` and the name of the training data when absent. */
  output: z.string().optional(),
  data: z
    .strictObject({
      train: z.union([z.string(), z.array(z.string()).min(1)]),
      /** A file, or the share of the training file that is held out by content. */
      heldOut: z.union([z.string(), share]).default(0.05),
      /** Seen in the first row when absent. */
      form: z.enum(FORMS).optional(),
      /** Other names of the form's keys: { prompt: question }. */
      columns: z.record(z.string(), z.string()).default({}),
      /** Read no more than this many rows of each file. */
      limit: positiveInteger.optional(),
    })
    // Begins empty, so that what is missing is named by its own key.
    .prefault({} as never),
  ...training,
  checkpoint: z
    .strictObject({
      /** Every N steps; 0: none by their number. The last step has one in any case. */
      every: count.default(0),
      /** Besides, when so long ago the last was saved; 0: never. */
      everyMinutes: z.number().min(0).default(10),
      keep: positiveInteger.default(2),
    })
    .prefault({}),
  backend: z.enum(BACKENDS).default('auto'),
  /** Of the backend, and for preparing large data; as many as the machine has when absent. */
  threads: positiveInteger.max(LIMITS.threads).optional(),
  /** Of the saved model; training is always float32. */
  dtype: z.enum(['float32', 'bfloat16', 'float16']).default('float32'),
});

/** The part of a recipe that does not speak of files, with every default in its place. */
export type TrainingOptions = z.infer<typeof trainingSchema>;

/** The same, as it is written: every key may be left out. */
export type TrainingInput = z.input<typeof trainingSchema>;

/** A recipe with every default in its place. */
export type Recipe = z.infer<typeof recipeSchema> & { readonly output: string };

/** A recipe as it is written: only `data.train` and either `model` or `init` are needed. */
export type RecipeInput = Omit<z.input<typeof recipeSchema>, 'data'> & {
  readonly data: Partial<z.input<typeof recipeSchema>['data']> & { readonly train: string | string[] };
};
