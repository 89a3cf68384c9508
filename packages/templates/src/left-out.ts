import { pythonStrip } from './python-strip.js';
import type { Message } from './types.js';

/**
 * What a turn with tool calls says and its rendering does not: a call, or the text beside one. Thoughts do not
 * count: templates drop them on purpose.
 * @param written what the template wrote for the turn
 */
export function leftOut({ content, tool_calls: calls = [] }: Message, written: string): string | undefined {
  if (calls.length === 0) return undefined;
  const unwritten = calls.map(functionName).find((name) => name !== undefined && !written.includes(name));
  if (unwritten !== undefined) return `the call of ${JSON.stringify(unwritten)} in the turn`;
  const texts = typeof content === 'string' ? [content] : (content ?? []).map(({ text = '' }) => text);
  const isWritten = texts.every((text) =>
    written.includes(pythonStrip(text.split('</think>').at(-1)!, 'strip')),
  );
  return isWritten ? undefined : 'the content beside the call in the turn';
}

/** Name of the function that a tool call in the OpenAI form, or its bare function, calls. */
function functionName(call: unknown): string | undefined {
  const { function: inner, name } = (call ?? {}) as { function?: { name?: unknown }; name?: unknown };
  const found = inner?.name ?? name;
  return typeof found === 'string' ? found : undefined;
}
