/** What each policy learns of one example. */
import { type MaskedExample, type MaskPolicy, maskConversation } from '@sftkit/masking';
import { type ExplainedExample, refusalReason } from '@sftkit/sft';
import type { ChatTemplate } from '@sftkit/templates';

export const POLICIES = ['assistant', 'last-assistant', 'all'] as const satisfies readonly MaskPolicy[];

/** A text where the policy refuses the example. */
export type MaskUnderPolicy = Pick<MaskedExample, 'weights' | 'supervisedTokens'> | string;

/**
 * In the order of POLICIES.
 * @param template of the conversation; undefined for plain text, which every policy learns alike
 */
export function masksOf(explained: ExplainedExample, template: ChatTemplate | undefined): MaskUnderPolicy[] {
  return POLICIES.map((policy) => maskUnder(policy, explained, template));
}

function maskUnder(
  policy: MaskPolicy,
  { example, rendered, encoding, ...masked }: ExplainedExample,
  template: ChatTemplate | undefined,
): MaskUnderPolicy {
  if (example.kind === 'text' || template === undefined) return masked;
  try {
    return maskConversation(rendered, encoding, example.conversation, { policy });
  } catch (error) {
    if (!(error instanceof Error) || refusalReason(error) === undefined) throw error;
    return error.message;
  }
}
