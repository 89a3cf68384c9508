import { stopTokenIds } from '@sftkit/model';
import type { SaveModelOptions } from '@sftkit/model/node';
import { type ChatTemplate, withoutGenerationTags } from '@sftkit/templates';
import type { Base } from './load-base.js';

/**
 * Everything of a model directory but the weights. The template that was trained with goes into the tokenizer's
 * config, and its end of turn becomes the token that every tool stops at; the base's own end of sequence stays
 * a stop token too. The template is saved without generation tags, which other software does not know, and beside it the
 * one that was trained with. Padding is left alone: here it is known by position, never by id.
 */
export function modelFiles({
  config,
  configJson,
  generationConfig,
  tokenizer,
  template,
}: Base): Omit<SaveModelOptions, 'weights'> {
  const { tokenizerJson, tokenizerConfig } = tokenizer.toObjects();
  if (template === undefined) {
    return {
      config,
      configJson,
      generationConfig,
      files: { 'tokenizer.json': tokenizerJson, 'tokenizer_config.json': tokenizerConfig },
    };
  }
  const stop = tokenizer.tokenToId(template.endOfTurn)!;
  const stopIds = [...new Set([stop, ...stopTokenIds(generationConfig, configJson)])];
  return {
    config,
    configJson: { ...configJson, eos_token_id: stopIds.length === 1 ? stop : stopIds },
    generationConfig: { ...generationConfig, eos_token_id: stopIds },
    files: {
      'tokenizer.json': tokenizerJson,
      'tokenizer_config.json': {
        ...tokenizerConfig,
        eos_token: template.endOfTurn,
        ...savedTemplate(template.template),
      },
    },
  };
}

function savedTemplate({
  source,
  marksGeneration,
  options: { toolUse },
}: ChatTemplate): Record<string, unknown> {
  const plain = withoutGenerationTags(source);
  const saved =
    toolUse === undefined
      ? plain
      : [
          { name: 'default', template: plain },
          { name: 'tool_use', template: withoutGenerationTags(toolUse) },
        ];
  return { chat_template: saved, training_chat_template: marksGeneration ? source : undefined };
}
