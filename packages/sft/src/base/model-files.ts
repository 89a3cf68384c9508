import type { SaveModelOptions } from '@sftkit/model/node';
import { withoutGenerationTags } from '@sftkit/templates';
import type { Base } from './base.js';
import type { LoadedTemplate } from './load-template.js';
import { stopIdsOf } from './stop-ids.js';

/**
 * Everything of a model directory but the weights. The template that was trained with goes into the tokenizer's
 * config, and its end of turn becomes the token that every tool stops at; the base's own end of sequence stays
 * a stop token too. The template is saved without generation tags, which other software does not know, and beside it the
 * one that was trained with. Everything else is saved as it was read: the text of tokenizer.json, with the tokens that
 * other files named. Padding is left alone: here it is known by position, never by id.
 */
export function modelFiles(base: Base): Omit<SaveModelOptions, 'weights'> {
  const { config, configJson, generationConfig, tokenizer, template } = base;
  const tokenizerJson = tokenizer.toTokenizerJson();
  const { tokenizerConfig } = tokenizer.toObjects();
  if (template === undefined) {
    return {
      config,
      configJson,
      generationConfig,
      files: { 'tokenizer.json': tokenizerJson, 'tokenizer_config.json': tokenizerConfig },
    };
  }
  const stopIds = stopIdsOf(base);
  return {
    config,
    configJson: { ...configJson, eos_token_id: stopIds.length === 1 ? stopIds[0]! : stopIds },
    generationConfig: { ...generationConfig, eos_token_id: stopIds },
    files: {
      'tokenizer.json': tokenizerJson,
      'tokenizer_config.json': {
        ...tokenizerConfig,
        eos_token: template.endOfTurn,
        ...savedTemplates(template),
      },
    },
  };
}

function savedTemplates({ template, others = [] }: LoadedTemplate): Record<string, unknown> {
  const { source, options } = template;
  const trained = [
    { name: 'default', template: source },
    ...(options.toolUse === undefined ? [] : [{ name: 'tool_use', template: options.toolUse }]),
    ...others,
  ];
  const plain = trained.map((named) => ({ ...named, template: withoutGenerationTags(named.template) }));
  const isMarked = plain.some(({ template: unmarked }, at) => unmarked !== trained[at]!.template);
  return {
    chat_template: textOrList(plain),
    training_chat_template: isMarked ? textOrList(trained) : undefined,
  };
}

function textOrList(templates: readonly { readonly name: string; readonly template: string }[]): unknown {
  return templates.length === 1 ? templates[0]!.template : templates;
}
