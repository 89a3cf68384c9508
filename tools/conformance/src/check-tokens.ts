/** One rendering with one tokenizer: the mask proven from the tokens back to the characters. */
import { encodeConversation, maskConversation, verifyMask } from '@sftkit/masking';
import type { ChatTemplate, Conversation, RenderedConversation, RenderOptions } from '@sftkit/templates';
import type { Encoding, Tokenizer } from '@sftkit/tokenization';
import { attempt } from './check-rendering.js';
import type { ConversationKind } from './templates.js';

export interface TokensCheck {
  /** What is wrong; empty where every token is right. */
  readonly problems: readonly string[];
  readonly supervisedTokens: number;
  /** Assistant turns whose prompt is the text before them: all tokens before them are those of the prompt. */
  readonly promptsEqual: number;
  /** Assistant turns whose prompt is another text than what stands before them: the template rewrites history. */
  readonly promptsRewritten: number;
  /** Assistant turns whose marks do not begin where the prompt ends. */
  readonly marksElsewhere: number;
  /** Assistant turns whose prompt goes on, or ends, elsewhere than the text: a finding says both texts. */
  readonly promptsSaid: number;
}

export function checkTokens(
  template: ChatTemplate,
  rendered: RenderedConversation,
  kind: ConversationKind,
  tokenizer: Tokenizer,
): TokensCheck {
  const { conversation, options } = kind;
  const encoding = encodeConversation(rendered, conversation, { tokenizer });
  const masked = maskConversation(rendered, encoding, conversation);
  const proof = { template, render: options };
  const problems = verifyMask(rendered, encoding, conversation, masked, proof).map(({ problem }) => problem);
  if (masked.straddlingTokens > 0) problems.push(`${masked.straddlingTokens} tokens straddle a border`);
  problems.push(...decodedOtherwise(rendered.text, encoding, tokenizer));
  const counts = { promptsEqual: 0, promptsRewritten: 0, marksElsewhere: 0, promptsSaid: 0 };
  const said = new Set(
    rendered.findings.flatMap(({ kind: of, message }) => (of === 'prompt' ? [message] : [])),
  );
  for (const { message, start } of firstSpans(rendered)) {
    // Without a message before it, a turn has no prompt of its own.
    if (message === 0) continue;
    const messages = conversation.messages.slice(0, message);
    const asked = { ...conversation, messages };
    const prompt = promptOf(template, asked, options, rendered.text.slice(0, start));
    if (said.has(message)) counts.promptsSaid += 1;
    else if (prompt === undefined || !rendered.text.startsWith(prompt.text)) counts.promptsRewritten += 1;
    else if (prompt.text.length !== start) counts.marksElsewhere += 1;
    else {
      const generation = rendered.generation.filter(({ end }) => end <= start);
      const { sources } = template.renderSources(asked, prompt.render);
      const { ids } = encodeConversation({ text: prompt.text, generation, sources }, asked, { tokenizer });
      const isPrefix = ids.every((id, t) => id === encoding.ids[t]);
      if (isPrefix && (encoding.starts[ids.length] ?? start) >= start) counts.promptsEqual += 1;
      else problems.push(`the tokens before messages[${message}] are not those of its prompt`);
    }
  }
  return { problems, supervisedTokens: masked.supervisedTokens, ...counts };
}

/** The text that asks for the next turn; with thinking off, where only that is `expected`: an empty thought. */
function promptOf(
  template: ChatTemplate,
  conversation: Conversation,
  options: RenderOptions,
  expected: string,
): { text: string; render: RenderOptions } | undefined {
  const asking = { ...options, addGenerationPrompt: true };
  const thoughtless = { ...asking, variables: { ...options.variables, enable_thinking: false } };
  const texts = [asking, thoughtless].flatMap((render) => {
    const text = attempt(() => template.renderText(conversation, render));
    return typeof text === 'string' ? [{ text, render }] : [];
  });
  return texts.find(({ text }) => text === expected) ?? texts[0];
}

/** Where each assistant turn begins. */
function firstSpans({ generation }: RenderedConversation) {
  return generation.filter(({ message }, i) => generation[i - 1]?.message !== message);
}

/**
 * Stretches between added tokens that do not decode to their characters. A tokenizer may compose characters (NFC) and
 * write a space of its own at the beginning (SentencePiece), where "▁" and the space are one; nothing else may differ.
 */
function decodedOtherwise(text: string, { ids, starts, ends }: Encoding, tokenizer: Tokenizer): string[] {
  const problems: string[] = [];
  // Something to stand before it, so that a leading space is decoded, not taken for the tokenizer's own.
  const before = tokenizer.encode('a').ids;
  const normal = (decoded: string): string => decoded.normalize().replaceAll('▁', ' ');
  for (let from = 0; from < ids.length; ) {
    let to = from + 1;
    const isAdded = tokenizer.isAdded(ids[from]!);
    while (!isAdded && to < ids.length && !tokenizer.isAdded(ids[to]!)) to += 1;
    const expected = normal(text.slice(starts[from], ends[to - 1]));
    const decoded = normal(tokenizer.decode([...before, ...ids.slice(from, to)]).slice(1));
    if (decoded !== expected && decoded !== ` ${expected}`) {
      problems.push(
        `tokens ${from} to ${to - 1} decode to ${JSON.stringify(decoded)}, not ${JSON.stringify(expected)}`,
      );
    }
    from = to;
  }
  return problems;
}
