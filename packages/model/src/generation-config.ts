import type { ConfigJson } from './families/config-fields.js';
import { ModelError } from './model-error.js';

/**
 * Tokens that end a generation, from `generation_config.json`, or from `config.json` where that says nothing.
 * @throws {ModelError} if `eos_token_id` is neither a token id nor a list of them
 */
export function stopTokenIds(
  generationConfig: ConfigJson | undefined,
  configJson: ConfigJson,
): readonly number[] {
  const value = generationConfig?.eos_token_id ?? configJson.eos_token_id ?? [];
  const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!ids.every((id): id is number => Number.isInteger(id) && (id as number) >= 0)) {
    throw new ModelError(
      `generation_config.json: eos_token_id: expected a token id or a list of them, got ${JSON.stringify(value)}`,
    );
  }
  return ids;
}
