import { jsonNumber } from '@sftkit/json';
import { type ConfigJson, LIMITS, shown } from './families/config-fields.js';
import { ModelError } from './model-error.js';

/**
 * Tokens that end a generation, from `generation_config.json`, or from `config.json` where that says nothing.
 * @throws {ModelError} if `eos_token_id` is neither a token id nor a list of them
 */
export function stopTokenIds(
  generationConfig: ConfigJson | undefined,
  configJson: ConfigJson,
): readonly number[] {
  const fromGeneration = generationConfig?.eos_token_id ?? undefined;
  const file = fromGeneration === undefined ? 'config.json' : 'generation_config.json';
  const value = fromGeneration ?? configJson.eos_token_id ?? [];
  return (Array.isArray(value) ? value : [value]).map((id) => {
    const number = jsonNumber(id);
    if (number === undefined || !Number.isInteger(number) || number < 0 || number > LIMITS.rows) {
      throw new ModelError(
        `${file}: eos_token_id: expected a token id from 0 to ${LIMITS.rows} or a list of them, got ${shown(value)}`,
      );
    }
    return number;
  });
}
