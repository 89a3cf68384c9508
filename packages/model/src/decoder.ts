import type { DecoderConfig } from './decoder-config.js';
import type { DecoderModel } from './decoder-model.js';
import { gpt2Decoder } from './gpt2-decoder.js';
import { rotaryDecoder } from './rotary-decoder.js';

/** The decoder that a config describes. Writes nothing yet: its functions are called inside `trace`. */
export function decoderModel(config: DecoderConfig): DecoderModel {
  return config.family === 'gpt2' ? gpt2Decoder(config) : rotaryDecoder(config);
}
