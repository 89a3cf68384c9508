/** What a model answers: the same prompts before and after training. */
import type { Example } from '@sftkit/data';
import type { Conversation } from '@sftkit/templates';
import type { Backend, Buffer } from '@sftkit/tensor';
import { ChatModel } from '../base/chat-model.js';
import { encodeAny, type Prompt } from '../base/encode-prompt.js';
import { endOfAnswerOf } from '../base/stop-ids.js';
import type { TrainingOptions } from '../recipe/recipe-schema.js';
import type { PlannedRun } from './plan-run.js';

export interface Answers {
  /** Of the held-out prompts: how many there were, and how many answers ended their turn by themselves. */
  readonly prompts: number;
  readonly endsTurn: number;
  readonly samples: readonly {
    readonly prompt: string;
    readonly answer: string;
    readonly endsTurn: boolean;
  }[];
}

type Report = Pick<TrainingOptions['report'], 'prompts' | 'samples' | 'maxNewTokens'>;

/** Greedy answers, each stopped at the end of turn or of sequence, or after `maxNewTokens`. */
export async function answerPrompts(
  run: Pick<PlannedRun, 'base' | 'firstKept'>,
  parameters: Readonly<Record<string, Buffer>>,
  backend: Backend,
  report: Report,
): Promise<Answers> {
  const { heldOut, samples } = askedPrompts(run, report);
  const model = ChatModel.of(run.base, backend, parameters);
  const prompts = [...heldOut, ...samples].map((prompt) => model.encode(prompt));
  if (prompts.length === 0) {
    return { prompts: 0, endsTurn: 0, samples: [] };
  }
  const { maxNewTokens } = report;
  const endOfAnswer = endOfAnswerOf(run.base);
  try {
    await model.reserve(Math.max(...prompts.map(({ length }) => length)), { maxNewTokens });
    const answers = [];
    for (const prompt of prompts) {
      const { ids, text } = await model.answer(prompt, { maxNewTokens });
      answers.push({ answer: text, endsTurn: ids.length > 0 && ids.at(-1) === endOfAnswer });
    }
    return {
      prompts: heldOut.length,
      endsTurn: answers.slice(0, heldOut.length).filter(({ endsTurn }) => endsTurn).length,
      samples: answers
        .slice(heldOut.length)
        .map((answer, index) => ({ prompt: report.samples[index]!, ...answer })),
    };
  } finally {
    await model.dispose();
  }
}

/** The prompts as tokens, as to plan what answering them takes. */
export function promptsOf(
  { base, firstKept }: Pick<PlannedRun, 'base' | 'firstKept'>,
  report: Report,
): Int32Array[] {
  const asked = askedPrompts({ base, firstKept }, report);
  return [...asked.heldOut, ...asked.samples].map((prompt) => encodeAny(prompt, base));
}

/** Held-out conversations up to their last answer, and the recipe's own prompts. */
function askedPrompts(
  { base, firstKept }: Pick<PlannedRun, 'base' | 'firstKept'>,
  { prompts, samples }: Report,
): { heldOut: Prompt[]; samples: Prompt[] } {
  if (base.template === undefined) return { heldOut: [], samples: [...samples] };
  return {
    heldOut: firstKept.heldOut.slice(0, prompts).flatMap((example) => promptOf(example)),
    samples: samples.map((content) => [{ role: 'user', content }]),
  };
}

/** The conversation up to its last answer. */
function promptOf(example: Example): Conversation[] {
  if (example.kind === 'text') return [];
  const { conversation } = example;
  const last = conversation.messages.findLastIndex(({ role }) => role === 'assistant');
  return last > 0 ? [{ ...conversation, messages: conversation.messages.slice(0, last) }] : [];
}
