/**
 * The whole road in one function, from a conversation to a trained and asked model, with nothing but the
 * packages' browser-safe entries: what runs in Node must run in a browser unchanged.
 */
import { parseExamples } from '@sftkit/data';
import { encodeConversation, maskConversation, pack } from '@sftkit/masking';
import { decoderModel, initialize, readDecoderConfig, TokenGenerator } from '@sftkit/model';
import { builtInTemplates, ChatTemplate } from '@sftkit/templates';
import { gpuBackend } from '@sftkit/tensor';
import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { supervisedCapacity, Trainer } from '@sftkit/trainer';

export interface WholeRoad {
  readonly text: string;
  readonly supervised: readonly number[];
  readonly losses: readonly number[];
  readonly answer: readonly number[];
}

const row = {
  messages: [
    { role: 'user', content: 'Hi 🙂' },
    { role: 'assistant', content: 'Hello! Hello!' },
  ],
};

export async function wholeRoad(): Promise<WholeRoad> {
  const { source, specialTokens } = builtInTemplates.chatml;
  const template = ChatTemplate.fromSource(source);
  const bpe = trainByteLevelBpe(['Hi there. Hello! Hello! Hello!'], {
    vocabSize: 272,
    specialTokens: [...specialTokens],
  });
  const tokenizer = Tokenizer.fromObjects(bpe.tokenizerJson, bpe.tokenizerConfig);
  for await (const example of parseExamples([JSON.stringify(row)])) {
    if (example.kind !== 'conversation') continue;
    const { conversation } = example;
    const rendered = template.render(conversation);
    const encoding = encodeConversation(rendered, conversation, { tokenizer });
    const masked = maskConversation(rendered, encoding, conversation);
    const shape = { rows: 1, length: 48 };
    const [batch] = [...pack([masked], { length: shape.length, batchRows: shape.rows })];
    const config = readDecoderConfig({
      model_type: 'llama',
      hidden_size: 16,
      intermediate_size: 32,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      num_key_value_heads: 1,
      max_position_embeddings: 64,
      tie_word_embeddings: true,
      vocab_size: tokenizer.vocabSize,
    });
    const backend = await gpuBackend({ mode: 'cpu' });
    const trainer = await Trainer.create(
      backend,
      decoderModel(config),
      initialize(config, 1),
      { ...shape, capacity: supervisedCapacity(masked.supervisedTokens, shape) },
      { learningRate: () => 0.03 },
    );
    const losses: number[] = [];
    for (let step = 0; step < 60; step++) losses.push((await trainer.update([batch!])).loss);
    const weights = await trainer.parameters();
    const generator = await TokenGenerator.create(decoderModel(config), weights, backend, {
      contextLength: 48,
    });
    const prompt = template.render(
      { messages: conversation.messages.slice(0, 1) },
      { addGenerationPrompt: true },
    );
    const promptIds = tokenizer.encode(prompt.text).ids;
    const { ids } = await generator.generate(promptIds, {
      maxNewTokens: 8,
      stopIds: [tokenizer.tokenToId(builtInTemplates.chatml.endOfTurn)!],
    });
    const supervised = [...masked.labels].filter((label) => label >= 0);
    await backend.dispose();
    return { text: rendered.text, supervised, losses, answer: [...ids] };
  }
  throw new Error('the example was not read');
}
