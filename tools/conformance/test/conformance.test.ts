/**
 * Every template, conversation and tokenizer together, once. With ../shared the stock templates are among them, and
 * docs/conformance.md is written.
 */
import { writeFileSync } from 'node:fs';
import { builtInTemplates, type Message } from '@sftkit/templates';
import { sharedIsPresent } from '@sftkit/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { conformancePage } from '../src/conformance-page.js';
import { runConformance, type TemplateResult, wrongCells } from '../src/run-conformance.js';
import { kinds } from '../src/templates.js';
import { TOKENIZERS } from '../src/tokenizers.js';

let results: readonly TemplateResult[];
beforeAll(() => {
  results = runConformance();
}, 600_000);

it('has enough of everything', () => {
  expect(TOKENIZERS.length).toBeGreaterThanOrEqual(8);
  expect(kinds.length).toBeGreaterThanOrEqual(30);
  expect(results.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(builtInTemplates)));
});

it('no cell is wrong', () => {
  expect(wrongCells(results)).toEqual([]);
});

it('every assistant turn that is rendered is learnt, with every tokenizer', () => {
  for (const { name, cells } of results) {
    for (const [tokenizer, byKind] of cells) {
      for (const { name: kind, conversation } of kinds) {
        const cell = byKind.get(kind);
        if (cell === undefined || 'refused' in cell) continue;
        // An answer without a word may leave no trace.
        const turns = conversation.messages.filter(
          ({ role, content, tool_calls: calls }) =>
            role === 'assistant' && (calls !== undefined || wordsOf(content).trim() !== ''),
        ).length;
        expect(cell.supervisedTokens, `${name}, ${tokenizer}, ${kind}`).toBeGreaterThanOrEqual(turns);
      }
    }
  }
});

it('the tokens before an answer are those of its prompt, but where a template rewrites or marks otherwise', () => {
  for (const { name, cells } of results.filter(({ name }) => !name.includes('/'))) {
    const check = cells.get('gpt2')!.get('two turns')!;
    expect(check, name).toMatchObject({
      problems: [],
      promptsEqual: 2,
      promptsRewritten: 0,
      marksElsewhere: 0,
    });
  }
});

describe.skipIf(!sharedIsPresent())('with the stock templates (needs ../shared)', () => {
  it('writes docs/conformance.md', () => {
    expect(results.length).toBeGreaterThan(Object.keys(builtInTemplates).length + 20);
    writeFileSync(new URL('../../../docs/conformance.md', import.meta.url), conformancePage(results));
  });
});

function wordsOf(content: Message['content']): string {
  return typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('');
}
