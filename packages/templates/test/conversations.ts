/**
 * Kinds of conversations that templates treat differently, as plain data for any test: `conversations.json` holds
 * a name, the conversation, and the variables to render it with.
 */
import { readFileSync } from 'node:fs';
import type { Conversation } from '../src/types.js';

export interface ConversationKind {
  readonly name: string;
  readonly conversation: Conversation;
  readonly options: { readonly variables?: Readonly<Record<string, unknown>> };
}

export const conversationKinds = JSON.parse(
  readFileSync(new URL('./conversations.json', import.meta.url), 'utf8'),
) as readonly ConversationKind[];
