import type { Conversation } from '@sftkit/templates';
import type { Source } from './data-error.js';

/** A demonstration to be rendered by a chat template. */
export interface ConversationExample {
  readonly kind: 'conversation';
  readonly conversation: Conversation;
  readonly source: Source;
  /** Position among the examples of its file, counted from 0. */
  readonly index: number;
}

/** Plain text, learnt from its first token to its last; no template is applied to it. */
export interface TextExample {
  readonly kind: 'text';
  readonly text: string;
  /** Loss weight of the text; 1 when absent. The weight of a conversation is on its messages. */
  readonly weight?: number;
  readonly source: Source;
  /** Position among the examples of its file, counted from 0. */
  readonly index: number;
}

export type Example = ConversationExample | TextExample;
