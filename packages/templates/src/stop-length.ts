import { controlTokens, firstControlGroup } from './control-tokens.js';
import type { Rendering } from './derive-generation.js';

/** How much of what a template writes behind an answer ends the turn; undefined where no token does. */
export function stopLength(written: string, rendering: Rendering): number | undefined {
  return knownStop(written, rendering) ?? firstTokens(written, rendering.input.variables.bos_token);
}

/** Length up to and with the first token at which the model is known to stop. */
export function knownStop(written: string, { stopTokens = [], input }: Rendering): number | undefined {
  const { eos_token: eos } = input.variables;
  const stops = [...stopTokens, ...(typeof eos === 'string' && eos !== '' ? [eos] : [])];
  const found = controlTokens(written).find(({ start, end }) => stops.includes(written.slice(start, end)));
  if (found) return found.end;
  // One that is not spelt as control tokens are.
  const ends = stops.flatMap((stop) => (written.includes(stop) ? [written.indexOf(stop) + stop.length] : []));
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** The first control token with its neighbours, but for a beginning of sequence: that is the next turn's. */
function firstTokens(written: string, bos: unknown): number | undefined {
  const group = firstControlGroup(written);
  if (!group) return undefined;
  const at = typeof bos === 'string' && bos !== '' ? written.indexOf(bos, group.start) : -1;
  return at > group.start && at < group.end ? at : group.end;
}
