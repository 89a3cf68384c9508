/** What is checked before a token is learnt. */
import { type ChatTemplate, type TemplateFinding, verifyTemplate } from '@sftkit/templates';
import type { Tokenizer } from '@sftkit/tokenization';
import type { Base } from '../base/base.js';
import { endOfTextOf } from '../base/stop-ids.js';
import type { ConversationKinds } from './conversation-kinds.js';
import type { Finding } from './finding.js';

/**
 * Findings about the template of a base that is about to be trained, or about how plain text ends. Stop tokens are written
 * by training itself.
 */
export function verifyBase(base: Base): Finding[] {
  const { template, tokenizer } = base;
  return template === undefined
    ? endOfTextFindings(endOfTextOf(base))
    : templateFindings(template.template, tokenizer);
}

export function endOfTextFindings(endOfText: number | undefined): Finding[] {
  if (endOfText !== undefined) return [];
  const problem =
    'neither the tokenizer nor a config of the model names an end of text: nothing is learnt that ends one';
  const remedy = 'set eos_token in tokenizer_config.json';
  return [{ grade: 'warning', name: 'end-of-text', problem, remedy }];
}

/** @param stopIds where the model stops; undefined where that is not to be checked */
export function templateFindings(
  template: ChatTemplate,
  tokenizer: Tokenizer,
  stopIds?: readonly number[],
): Finding[] {
  const findings = verifyTemplate(template, {
    encode: (text) => [...tokenizer.encode(text).ids],
    bosId: tokenizer.bosTokenId,
    stopIds,
  });
  return findings.map(({ name, grade, message, when }) => ({
    grade: grade === 'info' ? 'note' : grade,
    name,
    problem: message,
    when,
    remedy: grade === 'error' ? remedyOf(name) : undefined,
  }));
}

function remedyOf(name: TemplateFinding['name']): string {
  return name === 'end-of-turn'
    ? 'use a template whose end of turn the tokenizer has as one token, or let addTokens: auto add it'
    : 'use another template, a built-in one or one with {% generation %} markers';
}

/** Findings that a person should see for this data: no notes, and no kind of conversation that is not in it. */
export function relevantFindings(
  findings: readonly Finding[],
  kinds: ConversationKinds,
  template: ChatTemplate | undefined,
): Finding[] {
  // Of a template without marks, rendering the data itself says where prompts and ends differ.
  const isSaid = (name: string): boolean =>
    template?.marksGeneration === false && (name === 'generation-prompt' || name === 'end-of-turn');
  return findings.filter(
    ({ grade, when, name }) =>
      grade === 'error' || (grade === 'warning' && !isSaid(name) && (when === undefined || kinds.has(when))),
  );
}
