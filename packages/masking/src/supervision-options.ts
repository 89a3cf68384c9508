/**
 * - `assistant`: every turn of the roles to train, its end of turn included;
 * - `last-assistant`: the last one only;
 * - `all`: every character, whatever the roles.
 */
export type MaskPolicy = 'assistant' | 'last-assistant' | 'all';

/** What the loss counts. A message's own `train` and `weight`, and those of a content part, go before the policy. */
export interface SupervisionOptions {
  /** `assistant` by default. */
  readonly policy?: MaskPolicy;
  /**
   * Roles whose turns the policy speaks of; `['assistant']` by default. Of another role the whole message counts,
   * header included, since a template marks only what the assistant writes.
   */
  readonly roles?: readonly string[];
  /**
   * Whether thoughts are learnt; true by default. With false, a thought is left out with what opens and closes it.
   */
  readonly reasoning?: boolean;
  /** Loss weight of the example; multiplies the weights of messages and parts. 1 by default. */
  readonly weight?: number;
}
