import { GLOBALS } from './jinja/globals.js';
import { pythonValue } from './jinja/python-values.js';
import { Scope } from './jinja/scope.js';
import type { Source } from './jinja/text.js';
import { Dict } from './jinja/values.js';
import type { Conversation, Message } from './types.js';

/** What people hand in beside the messages: its text is never the template's. */
const GIVEN = ['tools', 'documents'];

interface GivenMessage {
  readonly from: Message;
  readonly value: Dict;
  /** Characters and items, roughly. */
  readonly size: number;
}

interface GivenVariables {
  readonly from: Readonly<Record<string, unknown>>;
  readonly scope: Scope;
  readonly size: number;
}

/** Of conversations that bring none of their own: most are given the same variables. */
const shared = new WeakMap<Readonly<Record<string, unknown>>, GivenVariables>();

/** What a template is given, as the engine's values: made once, however often a conversation's parts are rendered. */
export class GivenValues {
  readonly #own: Pick<Conversation, 'tools' | 'documents' | 'variables'>;
  readonly #messages: GivenMessage[] = [];
  #variables: GivenVariables | undefined;

  constructor({ tools, documents, variables }: Conversation) {
    this.#own = { ...(tools && { tools }), ...(documents && { documents }), ...(variables && { variables }) };
  }

  message(message: Message, index: number): GivenMessage {
    const known = this.#messages[index];
    if (known?.from === message) return known;
    const given = { from: message, value: visibleMessage(message, index), size: sizeOf(message) };
    this.#messages[index] = given;
    return given;
  }

  /**
   * Special tokens, the conversation's and the caller's own variables, and what every template is given; no run writes
   * into their scope.
   */
  variables(variables: Readonly<Record<string, unknown>>): GivenVariables {
    const hasNone = Object.keys(this.#own).length === 0;
    const same = hasNone ? shared.get(variables) : this.#variables;
    if (same?.from === variables) return same;
    const { variables: own, ...given } = this.#own;
    const all = { tools: null, documents: null, ...variables, ...own, ...given };
    const scope = new Scope(GLOBALS);
    for (const [name, value] of Object.entries(all)) {
      if (value === undefined) continue;
      const origin = GIVEN.includes(name) ? { message: -1, field: name, path: '' } : undefined;
      scope.set(name, pythonValue(value, origin));
    }
    this.#variables = { from: variables, scope, size: sizeOf(all) };
    if (hasNone) shared.set(variables, this.#variables);
    return this.#variables;
  }
}

/** Templates see what was said, not what the loss may see; absent fields are absent, not undefined. */
function visibleMessage(message: Message, index: number): Dict {
  const entries: Dict['entries'] = new Map();
  for (const field of Object.keys(message)) {
    const value = (message as unknown as Readonly<Record<string, unknown>>)[field];
    if (value === undefined || field === 'train' || field === 'weight') continue;
    // A template makes headers of roles: they are its own text.
    const origin: Source | undefined = field === 'role' ? undefined : { message: index, field, path: '' };
    entries.set(field, [field, pythonValue(value, origin)]);
  }
  return new Dict(entries);
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 1;
  if (typeof value !== 'object' || value === null) return 1;
  let size = 16;
  for (const inner of value instanceof Map ? value.values() : Object.values(value)) size += sizeOf(inner);
  return size;
}
