import type { Example } from '@sftkit/data';

/** Which kinds of conversation a data set has, told one example at a time. */
export class ConversationKinds {
  readonly #roles = new Set<string>();
  #hasTools = false;
  #hasReasoning = false;

  static of(examples: Iterable<Example>): ConversationKinds {
    const kinds = new ConversationKinds();
    for (const example of examples) kinds.add(example);
    return kinds;
  }

  /** Plain text is of no kind. */
  add(example: Example): void {
    if (example.kind === 'text') return;
    const { messages, tools } = example.conversation;
    this.#hasTools ||= tools !== undefined;
    for (const { role, tool_calls: calls, reasoning_content: reasoning } of messages) {
      this.#roles.add(role);
      this.#hasTools ||= role === 'tool' || Boolean(calls);
      this.#hasReasoning ||= reasoning !== undefined;
    }
  }

  /** @param when as `verifyTemplate` names kinds: `tools`, `reasoning`, `a system prompt`, or roles */
  has(when: string): boolean {
    switch (when) {
      case 'tools':
        return this.#hasTools;
      case 'reasoning':
        return this.#hasReasoning;
      case 'a system prompt':
        return this.#roles.has('system');
      default:
        return when.split(', ').some((role) => this.#roles.has(role));
    }
  }
}
