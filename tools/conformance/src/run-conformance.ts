/** Every template with every conversation and every tokenizer. */
import { MaskingError } from '@sftkit/masking';
import { ChatTemplate, endOfTurn, type RenderedConversation, TemplateError } from '@sftkit/templates';
import { attempt, checkRendering, type Rendering } from './check-rendering.js';
import { checkTokens, type TokensCheck } from './check-tokens.js';
import { allTemplates, type ConversationKind, kinds } from './templates.js';
import { loadTokenizer, TOKENIZERS } from './tokenizers.js';

/** A conversation with one tokenizer: exact, refused with a reason, or wrong. */
export type TokensCell = TokensCheck | { readonly refused: string };

export interface TemplateResult {
  readonly name: string;
  readonly marked: string | undefined;
  /** By conversation. */
  readonly renderings: ReadonlyMap<string, Rendering>;
  /** By tokenizer, by conversation; only what was rendered. */
  readonly cells: ReadonlyMap<string, ReadonlyMap<string, TokensCell>>;
  /** Tokenizers in which the end of turn is one token. */
  readonly ownTokenizers: ReadonlySet<string>;
}

export function runConformance(): readonly TemplateResult[] {
  const templates = allTemplates();
  const renderings = templates.map((named) => {
    const sibling = templates.find(({ name }) => name === named.marked);
    const results = kinds.map((kind) => {
      const marked = sibling && attempt(() => sibling.template.render(kind.conversation, kind.options));
      return [
        kind.name,
        checkRendering(named, kind, marked instanceof TemplateError ? undefined : marked),
      ] as const;
    });
    return new Map(results);
  });
  const cells = templates.map(() => new Map<string, Map<string, TokensCell>>());
  const own = templates.map(() => new Set<string>());
  // One tokenizer at a time: together they take gigabytes.
  for (const tokenizerName of TOKENIZERS) {
    const tokenizer = loadTokenizer(tokenizerName);
    templates.forEach(({ template }, i) => {
      // With the tokenizer's own tokens: many templates end a turn with `eos_token`.
      const specialTokens = { bos_token: tokenizer.bosToken ?? '', eos_token: tokenizer.eosToken ?? '' };
      const end = attempt(() => endOfTurn(ChatTemplate.fromSource(template.source, { specialTokens })));
      if (typeof end === 'string' && tokenizer.encode(end).ids.length === 1) own[i]!.add(tokenizerName);
      const checked = kinds.flatMap((kind) => {
        const rendering = renderings[i]!.get(kind.name)!;
        return rendering.state === 'rendered' ? [[kind.name, check(kind, rendering.rendered)] as const] : [];
      });
      cells[i]!.set(tokenizerName, new Map(checked));

      function check(kind: ConversationKind, rendered: RenderedConversation): TokensCell {
        try {
          return checkTokens(template, rendered, kind, tokenizer);
        } catch (error) {
          if (error instanceof MaskingError) return { refused: error.message };
          throw error;
        }
      }
    });
  }
  return templates.map(({ name, marked }, i) => ({
    name,
    marked,
    renderings: renderings[i]!,
    cells: cells[i]!,
    ownTokenizers: own[i]!,
  }));
}

/** Every cell that is neither exact nor refused, as one line. */
export function wrongCells(results: readonly TemplateResult[]): string[] {
  return results.flatMap(({ name, renderings, cells }) => [
    ...[...renderings].flatMap(([kind, rendering]) =>
      rendering.state === 'wrong' ? [`${name}, ${kind}: ${rendering.problem}`] : [],
    ),
    ...[...cells].flatMap(([tokenizer, byKind]) =>
      [...byKind].flatMap(([kind, cell]) =>
        'refused' in cell ? [] : cell.problems.map((problem) => `${name}, ${tokenizer}, ${kind}: ${problem}`),
      ),
    ),
  ]);
}
