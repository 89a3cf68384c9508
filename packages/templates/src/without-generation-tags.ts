import { normalizeSource, tokenize } from './jinja/lexer.js';

const INSTEAD: Readonly<Record<string, string>> = { generation: 'if true', endgeneration: 'endif' };

/**
 * A template without `{% generation %}` tags, which writes the same text: other software does not know the tag. In their
 * place stand `{% if true %}` and `{% endif %}`, with the same control of whitespace.
 * @throws {TemplateFault} if the source is no template
 */
export function withoutGenerationTags(source: string): string {
  if (!source.includes('generation')) return source;
  const normalized = normalizeSource(source);
  const tokens = tokenize(normalized);
  let plain = '';
  let copied = 0;
  for (const [index, { type, value, offset }] of tokens.entries()) {
    const instead = type === 'name' && tokens[index - 1]?.type === 'block_begin' ? INSTEAD[value] : undefined;
    if (instead === undefined) continue;
    plain += normalized.slice(copied, offset) + instead;
    copied = offset + value.length;
  }
  return copied === 0 ? source : plain + normalized.slice(copied);
}
