/** What a model answers: the same prompts before and after training. */
import { type DecoderModel, stopTokenIds, TokenGenerator } from '@sftkit/model';
import type { Conversation } from '@sftkit/templates';
import type { Backend, Buffer } from '@sftkit/tensor';
import { encodePrompt } from '../prepare/encode-prompt.js';
import { encodeTextPrompt } from '../prepare/encode-text.js';
import type { Base } from '../prepare/load-base.js';
import type { PreparedExample } from '../prepare/prepare-example.js';

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

export interface AnswerOptions {
  /** Held-out examples whose last answer is asked for. */
  readonly examples: readonly PreparedExample[];
  /** Further prompts, whose answers are kept. */
  readonly samples: readonly string[];
  readonly maxNewTokens: number;
}

/** Greedy answers, each stopped at the end of turn or of sequence, or after `maxNewTokens`. */
export async function answerPrompts(
  { model, tokenizer, template, configJson, generationConfig }: Base,
  parameters: Readonly<Record<string, Buffer>>,
  backend: Backend,
  { examples, samples, maxNewTokens }: AnswerOptions,
): Promise<Answers> {
  const encode = (conversation: Conversation) => encodePrompt(conversation, tokenizer, template!.template);
  const heldOut = template === undefined ? [] : examples.flatMap((example) => promptOf(example)).map(encode);
  const asked = samples.map((content) =>
    template === undefined
      ? encodeTextPrompt(content, tokenizer)
      : encode({ messages: [{ role: 'user', content }] }),
  );
  const prompts = [...heldOut, ...asked];
  if (prompts.length === 0) {
    return { prompts: 0, endsTurn: 0, samples: [] };
  }
  const endOfTurn = template === undefined ? tokenizer.eosTokenId : tokenizer.tokenToId(template.endOfTurn);
  const stopIds = [
    ...(endOfTurn === undefined ? [] : [endOfTurn]),
    ...stopTokenIds(generationConfig, configJson),
  ];
  const generator = await generatorFor(model, parameters, backend, prompts, maxNewTokens);
  try {
    const answers = [];
    for (const prompt of prompts) {
      const { ids } = await generator.generate(prompt, { maxNewTokens, stopIds });
      const answer = tokenizer.decode(ids, { skipSpecialTokens: true });
      answers.push({ answer, endsTurn: ids.at(-1) === endOfTurn });
    }
    return {
      prompts: heldOut.length,
      endsTurn: answers.slice(0, heldOut.length).filter(({ endsTurn }) => endsTurn).length,
      samples: answers.slice(heldOut.length).map((answer, index) => ({ prompt: samples[index]!, ...answer })),
    };
  } finally {
    await generator.dispose();
  }
}

/** The conversation up to its last answer. */
function promptOf({ example }: PreparedExample): Conversation[] {
  if (example.kind === 'text') return [];
  const { conversation } = example;
  const last = conversation.messages.findLastIndex(({ role }) => role === 'assistant');
  return last > 0 ? [{ ...conversation, messages: conversation.messages.slice(0, last) }] : [];
}

function generatorFor(
  model: DecoderModel,
  parameters: Readonly<Record<string, Buffer>>,
  backend: Backend,
  prompts: readonly Int32Array[],
  maxNewTokens: number,
): Promise<TokenGenerator> {
  const longest = Math.max(...prompts.map(({ length }) => length));
  const contextLength = Math.min(model.config.maxPositions, longest + maxNewTokens);
  return TokenGenerator.create(model, new Map(Object.entries(parameters)), backend, { contextLength });
}
