/** Whether the files of a model directory fit each other, without reading its weights. */
import { stopTokenIds } from '@sftkit/model';
import { loadModelConfig } from '@sftkit/model/node';
import { TemplateError } from '@sftkit/templates';
import type { Tokenizer } from '@sftkit/tokenization';
import { loadTokenizer } from '@sftkit/tokenization/node';
import { rowlessTokens } from '../base/base.js';
import { loadTemplate } from '../base/load-template.js';
import type { Finding } from './finding.js';
import { templateFindings } from './verify-base.js';

export interface ModelFacts {
  readonly family: string;
  /** Rows of the embedding, and the rows that the tokenizer needs. */
  readonly embeddingRows: number;
  readonly tokenizerTokens: number;
  /** Tokens as they are spelt; null where there is none. */
  readonly endOfTurn: string | null;
  readonly stopTokens: readonly string[];
  readonly padToken: string | null;
}

/** @throws the errors of the packages if config or tokenizer cannot be read at all */
export async function verifyModel(
  directory: string,
): Promise<{ readonly facts: ModelFacts; readonly findings: readonly Finding[] }> {
  const { config, configJson, generationConfig } = await loadModelConfig(directory);
  const tokenizer = await loadTokenizer(directory);
  const stopIds = stopTokenIds(generationConfig, configJson);
  const { findings, endOfTurn } = verifyTemplateOf(tokenizer, stopIds);
  const facts = {
    family: config.family,
    embeddingRows: config.vocabSize,
    tokenizerTokens: tokenizer.vocabSize,
    endOfTurn,
    stopTokens: stopIds.map((id) => tokenizer.idToToken(id) ?? String(id)),
    padToken: tokenizer.padToken ?? null,
  };
  return {
    facts,
    findings: [
      ...findings,
      ...tokenizer.warnings.map((problem): Finding => ({ grade: 'warning', name: 'tokenizer', problem })),
      checkEmbedding(facts, rowlessTokens(tokenizer, config)),
      ...checkStops(tokenizer, stopIds),
      checkPadding(tokenizer),
    ],
  };
}

function verifyTemplateOf(
  tokenizer: Tokenizer,
  stopIds: readonly number[],
): { readonly findings: readonly Finding[]; readonly endOfTurn: string | null } {
  if (tokenizer.chatTemplate === undefined) {
    const problem = 'the model has no chat template: it continues text, and answers nobody';
    const remedy = 'name one when you train, such as template: chatml';
    return { findings: [{ grade: 'note', name: 'template', problem, remedy }], endOfTurn: null };
  }
  try {
    const { template, endOfTurn } = loadTemplate('model', tokenizer);
    return { findings: templateFindings(template, tokenizer, stopIds), endOfTurn };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const remedy = 'train with a built-in template instead, such as template: chatml';
    return {
      findings: [{ grade: 'error', name: 'template', problem: error.message, remedy }],
      endOfTurn: null,
    };
  }
}

function checkEmbedding({ embeddingRows, tokenizerTokens }: ModelFacts, rowless: readonly string[]): Finding {
  const name = 'embedding';
  if (rowless.length > 0 && tokenizerTokens - rowless.length <= embeddingRows) {
    return {
      grade: 'warning',
      name,
      problem: `the tokenizer's files name ${rowless.join(' ')}, and the embedding has no rows for them`,
      remedy: 'training adds the rows, unless addTokens: none forbids it',
    };
  }
  if (tokenizerTokens > embeddingRows) {
    return {
      grade: 'error',
      name,
      problem: `the tokenizer has ${tokenizerTokens} tokens, the embedding ${embeddingRows} rows (config.json: vocab_size)`,
      remedy: 'the tokenizer belongs to another model: take the one that this model came with',
    };
  }
  const spare = embeddingRows - tokenizerTokens;
  const problem =
    spare === 0
      ? `one row for each of the ${tokenizerTokens} tokens`
      : `${embeddingRows} rows for ${tokenizerTokens} tokens; ${spare} are spare`;
  return { grade: 'note', name, problem };
}

function checkStops(tokenizer: Tokenizer, stopIds: readonly number[]): Finding[] {
  const name = 'stop-tokens';
  if (stopIds.length === 0) {
    return [
      {
        grade: 'warning',
        name,
        problem:
          'neither generation_config.json nor config.json names a stop token: the model never stops by itself',
        remedy: 'set eos_token_id',
      },
    ];
  }
  const unknown = stopIds.filter((id) => tokenizer.idToToken(id) === undefined);
  if (unknown.length > 0) {
    return [
      {
        grade: 'error',
        name,
        problem: `the tokenizer has no token of the id ${unknown.join(', ')}, at which the model is to stop`,
        remedy: 'put eos_token_id of generation_config.json right',
      },
    ];
  }
  const { eosToken, eosTokenId } = tokenizer;
  const differs = eosTokenId !== undefined && !stopIds.includes(eosTokenId);
  const spelt = stopIds.map((id) => tokenizer.idToToken(id)).join(' ');
  return differs
    ? [
        {
          grade: 'warning',
          name,
          problem: `the tokenizer's end of sequence ${eosToken} is not among the stop tokens ${spelt}`,
          remedy: 'add its id to eos_token_id of generation_config.json',
        },
      ]
    : [{ grade: 'note', name, problem: `the model stops at ${spelt}` }];
}

function checkPadding({ padToken, padTokenId, eosTokenId }: Tokenizer): Finding {
  const name = 'padding';
  if (padTokenId === undefined) {
    return {
      grade: 'note',
      name,
      problem: 'no padding token; none is needed, since padding is known by position',
    };
  }
  if (padTokenId !== eosTokenId) return { grade: 'note', name, problem: `padded with ${padToken}` };
  return {
    grade: 'warning',
    name,
    problem: `${padToken} pads and ends the sequence`,
    remedy:
      'nothing to do here, where padding is known by position; tools that mask padding by its id would mask the end of every turn',
  };
}
