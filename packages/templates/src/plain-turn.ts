/** What a template writes around an answer of plain text, at a place in a conversation. */
import { firstControlGroup } from './control-tokens.js';
import type { Rendering } from './derive-generation.js';
import { traceUpTo } from './generation-prompt.js';
import { stopLength } from './stop-length.js';
import { turnRegions } from './turn-regions.js';

export interface PlainTurn {
  /** What stands before the answer in its turn. */
  readonly header: string;
  /** The tokens that end it; empty where the template writes none. */
  readonly end: string;
}

const ANSWER = { role: 'assistant', content: 'answer' };
const QUESTION = { role: 'user', content: 'question' };

/** The plain turn in the place of a message; undefined where the template does not take one. Found once for each role before it. */
export function plainTurns(rendering: Rendering): (message: number) => PlainTurn | undefined {
  const { template, input, bosLength } = rendering;
  const known = new Map<string | undefined, PlainTurn | undefined>();
  return (message) => {
    const role = input.messages[message - 1]?.role;
    if (!known.has(role)) known.set(role, find(message));
    return known.get(role);
  };

  function find(message: number): PlainTurn | undefined {
    const trace = traceUpTo(template, input, message, ANSWER);
    if (!trace) return undefined;
    const messages = [...(message === 0 ? [QUESTION] : input.messages.slice(0, message)), ANSWER];
    const region = turnRegions(trace, messages, bosLength).get(messages.length - 1);
    const [first] = region?.own ?? [];
    if (!region || !first) return undefined;
    const suffix = trace.text.slice(region.own.at(-1)!.end, region.end);
    const length = stopLength(suffix, rendering) ?? suffix.length;
    const from = Math.min(length, firstControlGroup(suffix)?.start ?? 0);
    return { header: trace.text.slice(region.start, first.start), end: suffix.slice(from, length).trim() };
  }
}
