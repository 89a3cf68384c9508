import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtInTemplates } from '../src/built-in-templates.js';
import { ChatTemplate } from '../src/chat-template.js';
import type { Conversation, GenerationSpan, Span } from '../src/types.js';

interface Golden {
  readonly clock: string;
  readonly variables: Record<string, unknown>;
  readonly templates: Record<string, string>;
  readonly conversations: Record<string, Conversation>;
  readonly cases: readonly {
    readonly template: string;
    readonly conversation: string;
    readonly addGenerationPrompt: boolean;
    readonly text: string;
    readonly generation: readonly [number, number][];
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL('./golden/rendering.json', import.meta.url), 'utf8'),
) as Golden;

/** One block each, as transformers counts them: parts of a span are blocks of their own. */
const blocks = (spans: readonly GenerationSpan[]): [number, number][] =>
  spans.flatMap((span): readonly Span[] => span.parts ?? [span]).map(({ start, end }) => [start, end]);

describe('rendering equals jinja2 with the settings of transformers', () => {
  it('was made from the built-in templates as they are', () => {
    for (const name of ['classic', 'chatml'] as const) {
      expect(golden.templates[name], 'run tools/golden/templates.py again').toBe(
        builtInTemplates[name].source,
      );
    }
  });

  it.each(golden.cases)('$template: $conversation, prompt $addGenerationPrompt', (expected) => {
    const template = ChatTemplate.fromSource(golden.templates[expected.template]!, {
      name: expected.template,
      now: () => new Date(golden.clock),
    });
    const conversation = golden.conversations[expected.conversation]!;
    const options = { addGenerationPrompt: expected.addGenerationPrompt, variables: golden.variables };
    expect(template.renderText(conversation, options)).toBe(expected.text);
    if (template.marksGeneration) {
      const { text, generation } = template.render(conversation, options);
      expect(text).toBe(expected.text);
      expect(blocks(generation)).toEqual(expected.generation);
    }
  });
});
