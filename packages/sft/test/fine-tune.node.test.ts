/** A run from a program: its events, and what is on the disk when each of them comes. */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel, saveModel } from '@sftkit/model/node';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../src/index.js';
import { type FineTuneOptions, fineTune, openModel } from '../src/index.node.js';
import { tinyProject, tinyRecipe } from './tiny-project.js';

const { directory, train } = tinyProject();
let runs = 0;

/** Keys of a run in a directory of its own. */
function options(values: Partial<FineTuneOptions> = {}): FineTuneOptions & { output: string } {
  runs += 1;
  return { ...tinyRecipe(directory), ...values, output: join(directory, `run-${runs}`) } as never;
}

async function eventsOf(run: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

const weightsOf = (model: string) => readFileSync(join(model, 'model.safetensors'));

describe('the events of a run', () => {
  test('come in order, and each tells what has happened', async () => {
    const run = options({
      steps: 4,
      evaluate: { every: 2 },
      checkpoint: { every: 2 },
      report: { samples: ['Who is Lily?'], maxNewTokens: 4 },
    });
    const seen: string[] = [];
    for await (const event of fineTune(run)) {
      seen.push('step' in event ? `${event.type} ${event.step}` : event.type);
      if (event.type === 'prepared') {
        expect(event.run.steps).toBe(4);
        expect(event.backend.name).toBe('reference');
        expect(event.resumed).toBeUndefined();
        expect(readdirSync(run.output)).toEqual(['run.lock']);
      }
      if (event.type === 'checkpoint') expect(existsSync(join(event.path, 'manifest.json'))).toBe(true);
      if (event.type === 'finished') {
        expect(event.written?.model).toBe(join(run.output, 'model'));
        expect(JSON.parse(readFileSync(event.written!.summary, 'utf8'))).toEqual(event.summary);
        expect(event.summary.heldOutLossAfter).toBe(event.after.evaluation!.loss);
      }
    }
    expect(seen).toEqual([
      'prepared',
      'evaluation 0',
      'sample 0',
      'step 1',
      'step 2',
      'evaluation 2',
      'checkpoint 2',
      'step 3',
      'step 4',
      'evaluation 4',
      'checkpoint 4',
      'sample 4',
      'finished',
    ]);
    expect(existsSync(join(run.output, 'run.lock'))).toBe(false);
  });

  test('a dry run ends when everything is prepared, and leaves nothing', async () => {
    const run = options({ dryRun: true });
    expect((await eventsOf(fineTune(run))).map(({ type }) => type)).toEqual(['prepared']);
    expect(existsSync(run.output)).toBe(false);
  });

  test('only the data and a model are needed', async () => {
    const [prepared] = await eventsOf(
      fineTune({ model: join(directory, 'base'), data: { train }, dryRun: true, backend: 'reference' }),
    );
    const { run } = prepared as Extract<RunEvent, { type: 'prepared' }>;
    // The base has a context of 64 tokens and no chat template.
    expect(run.shape.length).toBe(64);
    expect(run.base.template?.template.name).toBe('chatml');
    expect(run.base.notes.join()).toContain('the model has no chat template; trained with chatml');
  });

  test('a wrong key is an error that says the right one', async () => {
    const wrong = { ...options(), lenght: 8 } as never;
    await expect(eventsOf(fineTune(wrong))).rejects.toThrow(
      'fineTune: unknown key lenght; did you mean length?',
    );
  });
});

describe('a run that ends early', () => {
  test('signal: the step is finished and saved, and a resumed run makes the same model', async () => {
    const whole = options();
    await eventsOf(fineTune(whole));
    const stopped = options();
    const controller = new AbortController();
    const seen: RunEvent[] = [];
    for await (const event of fineTune({ ...stopped, signal: controller.signal })) {
      seen.push(event);
      if (event.type === 'step' && event.step === 2) controller.abort();
    }
    expect(seen.slice(-2).map(({ type }) => type)).toEqual(['checkpoint', 'stopped']);
    expect(seen.at(-1)).toMatchObject({ step: 2, steps: 4, checkpoint: expect.stringContaining('step-2') });
    const resumed = await eventsOf(fineTune({ ...stopped, resume: true }));
    expect(resumed[0]).toMatchObject({ resumed: { step: 2 } });
    expect(weightsOf(join(stopped.output, 'model'))).toEqual(weightsOf(join(whole.output, 'model')));
  });

  test('leaving the loop gives the directory back, and saves nothing', async () => {
    const run = options();
    for await (const event of fineTune(run)) if (event.type === 'step') break;
    expect(readdirSync(run.output).sort()).toEqual(['metrics.jsonl', 'recipe.yaml']);
  });

  test('an aborted signal before the first step: nothing is made', async () => {
    const run = options();
    const events = await eventsOf(fineTune({ ...run, signal: AbortSignal.abort() }));
    expect(events.at(-1)).toMatchObject({ type: 'stopped', step: 0, checkpoint: undefined });
  });
});

describe('evaluation while a run trains', () => {
  const learning = { steps: 8, evaluate: { every: 1 }, optimizer: { learningRate: 0.01 } } as const;
  const lossesOf = (events: readonly RunEvent[]) =>
    events.flatMap((event) => (event.type === 'evaluation' && event.step > 0 ? [event.loss] : []));

  test('best/ is the model with the lowest held-out loss', async () => {
    const run = options({ ...learning, optimizer: { learningRate: 0.3 } });
    const events = await eventsOf(fineTune(run));
    const losses = lossesOf(events);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    const finished = events.at(-1) as Extract<RunEvent, { type: 'finished' }>;
    expect(finished.summary.best).toEqual({ step: best, heldOutLoss: Math.min(...losses) });
    // As far as that step, and no further: the schedule is that of the whole run.
    const stopped = options({ ...learning, optimizer: { learningRate: 0.3 } });
    const controller = new AbortController();
    for await (const event of fineTune({ ...stopped, signal: controller.signal })) {
      if (event.type === 'step' && event.step === best) controller.abort();
    }
    expect(weightsOf(finished.written!.best!)).toEqual(
      weightsOf(join(stopped.output, 'checkpoints', `step-${best}`)),
    );
  });

  test('patience: the run ends when the loss has not fallen so often, and resume finishes it the same', async () => {
    const values = {
      steps: 40,
      evaluate: { every: 1, patience: 2 },
      optimizer: { learningRate: 0.5 },
    };
    const run = options(values);
    const events = await eventsOf(fineTune(run));
    const losses = lossesOf(events);
    const lowest = losses.indexOf(Math.min(...losses));
    expect(losses.length).toBeLessThan(40);
    expect(losses.length).toBe(lowest + 3);
    const { summary } = events.at(-1) as Extract<RunEvent, { type: 'finished' }>;
    expect(summary).toMatchObject({ steps: losses.length, stoppedEarly: true });
    const model = weightsOf(join(run.output, 'model'));
    const again = await eventsOf(fineTune({ ...run, resume: true }));
    expect(again.some(({ type }) => type === 'step')).toBe(false);
    expect(weightsOf(join(run.output, 'model'))).toEqual(model);
  });

  test('patience without evaluations is an error', async () => {
    await expect(eventsOf(fineTune(options({ evaluate: { patience: 2 } })))).rejects.toThrow(
      'fineTune: evaluate.patience: expected evaluations to count, got evaluate.every: 0; set evaluate.every to a number of steps',
    );
  });
});

describe('a finished run made longer', () => {
  const constant = { schedule: { kind: 'constant' } } as const;

  test('is the run that had so many steps from the start, where the schedule is constant', async () => {
    const long = options({ ...constant, steps: 6 });
    await eventsOf(fineTune(long));
    const short = options({ ...constant, steps: 3 });
    await eventsOf(fineTune(short));
    const longer = await eventsOf(fineTune({ ...short, steps: 6, resume: true }));
    expect(longer.filter(({ type }) => type === 'step')).toHaveLength(3);
    expect(weightsOf(join(short.output, 'model'))).toEqual(weightsOf(join(long.output, 'model')));
  });

  test('is refused where the steps already made would have had other learning rates', async () => {
    const run = options({ steps: 3 });
    await eventsOf(fineTune(run));
    await expect(eventsOf(fineTune({ ...run, steps: 6, resume: true }))).rejects.toThrow(
      /^resume: the run was planned with 3 steps, and with 6 the learning rate of step 2, which is made, would have been .* instead of .*; only schedule.kind: constant/,
    );
  });

  test('is refused with fewer steps than are made', async () => {
    const run = options({ ...constant, steps: 3 });
    await eventsOf(fineTune(run));
    await expect(eventsOf(fineTune({ ...run, steps: 2, resume: true }))).rejects.toThrow(
      'resume: expected at least the 3 steps that are made, got 2',
    );
  });
});

describe('what can be known before the first step', () => {
  test('the room on the disk', async () => {
    const init = {
      config: {
        model_type: 'llama',
        hidden_size: 64,
        intermediate_size: 64,
        num_hidden_layers: 1,
        num_attention_heads: 1,
        max_position_embeddings: 64,
      },
      tokenizer: { vocabSize: 280 },
    };
    const { model: _, ...rest } = options({ checkpoint: { keep: 1e9 } });
    await expect(eventsOf(fineTune({ ...rest, init, dryRun: true }))).rejects.toThrow(
      /^output: expected room for [\d.]+ TB at .* \(1000000001 checkpoints of [\d.]+ kB, [\d.]+ kB of models\), found [\d.]+ [GT]B; make room, choose another output=DIR, or set checkpoint.keep: 1$/,
    );
  });
});

describe('weights beyond what the saved model can hold', () => {
  test.each([
    ['float16', 70_000, 'bfloat16 or float32'],
    ['bfloat16', 3.4e38, 'float32'],
  ] as const)('%s', async (dtype, value, remedy) => {
    const model = join(directory, `large-${dtype}`);
    const { weights, ...base } = await loadModel(join(directory, 'base'));
    const large = new Map(weights).set('model.norm.weight', new Float32Array(8).fill(1).fill(value, 3));
    await saveModel(model, { ...base, weights: large });
    for (const file of ['tokenizer.json', 'tokenizer_config.json']) {
      cpSync(join(directory, 'base', file), join(model, file));
    }
    await expect(eventsOf(fineTune({ ...options(), model, dtype, dryRun: true }))).rejects.toThrow(
      `dtype: expected weights that ${dtype} holds, got ${Math.fround(value)} in model.norm.weight, element 3; set dtype: ${remedy}`,
    );
  });
});

describe('the template of a resumed run is compared by its text', () => {
  const written = "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + '<|end|>' }}{% endfor %}";
  const file = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, `${text}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}`);
    return path;
  };

  test('the same text under another name goes on', async () => {
    const run = options({ template: file('one.jinja', written), steps: 2 });
    await eventsOf(fineTune(run));
    const again = await eventsOf(fineTune({ ...run, template: file('two.jinja', written), resume: true }));
    expect(again.at(-1)?.type).toBe('finished');
  });

  test('another text is refused, also where it renders this data alike', async () => {
    const path = file('changed.jinja', written);
    const run = options({ template: path, steps: 2 });
    await eventsOf(fineTune(run));
    file('changed.jinja', `${written}{% if tools %}{{ tools }}{% endif %}`);
    await expect(eventsOf(fineTune({ ...run, resume: true }))).rejects.toThrow(
      /^resume: the text of the template .*changed\.jinja is not the one that the checkpoint's run was trained with/,
    );
  });
});

test('a trained model answers conversations and continues texts', async () => {
  const run = options({ steps: 60, optimizer: { learningRate: 0.05 } });
  await eventsOf(fineTune(run));
  const model = await openModel(join(run.output, 'model'), { backend: 'reference' });
  try {
    const messages = [{ role: 'user', content: 'Hi' }];
    const answer = await model.answer(messages, { maxNewTokens: 8 });
    expect(answer.ids.length).toBeGreaterThan(0);
    let streamed = '';
    for await (const text of model.stream(messages, { maxNewTokens: 8 })) streamed += text;
    expect(streamed).toBe(answer.text);
    expect((await model.answer('Lily is', { maxNewTokens: 3 })).ids.length).toBeGreaterThan(0);
  } finally {
    await model.dispose();
  }
});
