import type { DecoderConfig } from '../decoder-config.js';
import type { ConfigFields, ConfigJson } from './config-fields.js';

/** How a family of Hugging Face models says what `DecoderConfig` says. Nothing is computed here. */
export interface Family {
  /** `model_type` of config.json. */
  readonly modelType: string;
  /** The one class of `architectures` that has this model's language head. */
  readonly architecture: string;
  /** @throws {ConfigError} if a field is missing or asks for something that is not computed */
  readConfig(fields: ConfigFields): DecoderConfig;
  /** The fields that `readConfig` reads, as Hugging Face names them; undefined: a field that would contradict them. */
  writeConfig(config: DecoderConfig): ConfigJson;
  /** Name of a file's tensor among the model's parameters; undefined for tensors that hold no parameter. */
  parameterName(tensor: string): string | undefined;
}
