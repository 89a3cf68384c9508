/** What an example says, as one short name. */
import { canonicalJson } from './canonical-json.js';
import type { Example } from './example.js';
import { sha256 } from './sha256.js';

/** Fields that speak to the mask: they change what is learnt from an example, not what it says. */
const MASK_FIELDS = new Set(['train', 'weight']);

/**
 * SHA-256 of the example's messages, tools, documents and template variables (or its text) as canonical JSON: the same
 * for the same content wherever it stands, whatever the order of its keys, and whatever form it was read from. File,
 * line, metadata, `train` and `weight` do not count, so this is no key for a cache of masks.
 * @returns 64 hexadecimal digits
 */
export function contentHash(example: Example): string {
  if (example.kind === 'text') return sha256(canonicalJson({ text: example.text }));
  const { messages, tools = [], documents, variables } = example.conversation;
  const said = messages.map(({ content, ...message }) => ({
    ...withoutMask(message),
    content: Array.isArray(content) ? content.map(withoutMask) : content,
  }));
  return sha256(canonicalJson({ messages: said, tools, documents, variables }));
}

function withoutMask(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !MASK_FIELDS.has(key)));
}
