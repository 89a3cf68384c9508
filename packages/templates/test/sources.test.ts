/**
 * Which characters of a rendering came from which field of which message, for every template and kind of conversation,
 * against an oracle that follows characters through jinja2 itself (tools/golden/sources.py).
 */
import { sharedIsPresent } from '@sftkit/testing';
import { describe, expect, it } from 'vitest';
import { builtInTemplates } from '../src/built-in-templates.js';
import { TemplateRenderError } from '../src/errors.js';
import type { SourceSpan } from '../src/types.js';
import { conversationKinds } from './conversations.js';
import { builtInNames, digest, type GoldenTable, golden, stockNames, templateNamed } from './templates.js';

/** Digests of the runs without and with generation prompt; null where jinja2 refuses. */
const table = golden<GoldenTable<readonly [string | null, string | null]>>('sources');

/** `[start, end, message, field]`, neighbours of one field as one. Tools belong to no message. */
function runs(sources: readonly SourceSpan[]): [number, number, number, string][] {
  const found: [number, number, number, string][] = [];
  for (const { start, end, message, field } of sources) {
    if (message < 0) continue;
    const last = found.at(-1);
    if (last && last[1] === start && last[2] === message && last[3] === field) last[1] = end;
    else found.push([start, end, message, field]);
  }
  return found;
}

function followsEachCharacter(name: string): void {
  const template = templateNamed(name);
  const found = conversationKinds.map(({ name: kind, conversation, options }) => [
    kind,
    [false, true].map((addGenerationPrompt) => {
      try {
        const { sources } = template.renderSources(conversation, { ...options, addGenerationPrompt });
        return digest(JSON.stringify(runs(sources)));
      } catch (error) {
        if (error instanceof TemplateRenderError) return null;
        throw error;
      }
    }),
  ]);
  expect(Object.fromEntries(found)).toEqual(table.templates[name]);
}

it('the golden file was made from the built-in templates as they are', () => {
  const sources = builtInNames.map((name) => [name, digest(builtInTemplates[name].source)]);
  expect(table.sources, 'run tools/golden/sources.py again').toEqual(Object.fromEntries(sources));
});

describe('built-in templates', () => {
  it.each(builtInNames)('%s', followsEachCharacter);
});

describe.skipIf(!sharedIsPresent())('stock templates (needs ../shared)', () => {
  it.each(stockNames)('%s', followsEachCharacter);
});
