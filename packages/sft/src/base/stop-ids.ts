/** The tokens at which a model stops, for training, generating and saving alike. */
import { stopTokenIds } from '@sftkit/model';
import type { Base } from './base.js';

type Named = Pick<Base, 'configJson' | 'generationConfig' | 'tokenizer'>;

/**
 * Tokens at which the model stops, as they are spelt, the template's end of turn among them where the template ends turns
 * itself: training makes a stop token of it. Undefined where nothing names any.
 */
export function stopTokensOf({
  configJson,
  generationConfig,
  tokenizer,
}: Named): readonly string[] | undefined {
  const ids = stopTokenIds(generationConfig, configJson);
  return ids.length === 0 ? undefined : ids.flatMap((id) => tokenizer.idToToken(id) ?? []);
}

/**
 * The token that ends plain text: the tokenizer's end of sequence or, where it names none, the first stop token of the
 * model's configs. Undefined where nothing names any.
 */
export function endOfTextOf({ configJson, generationConfig, tokenizer }: Named): number | undefined {
  const isToken = (id: number): boolean => tokenizer.idToToken(id) !== undefined;
  return tokenizer.eosTokenId ?? stopTokenIds(generationConfig, configJson).find(isToken);
}

/** The token that ends an answer: the template's end of turn or, for plain text, the end of text. */
export function endOfAnswerOf(base: Named & Pick<Base, 'template'>): number | undefined {
  const { template, tokenizer } = base;
  return template === undefined ? endOfTextOf(base) : tokenizer.tokenToId(template.endOfTurn);
}

/** Ids at which generation stops: the end of an answer first, then what the model's configs name. */
export function stopIdsOf(base: Named & Pick<Base, 'template'>): number[] {
  const end = endOfAnswerOf(base);
  const named = stopTokenIds(base.generationConfig, base.configJson);
  return [...new Set([...(end === undefined ? [] : [end]), ...named])];
}
