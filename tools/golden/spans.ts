/**
 * Writes what the spans of every template are, as they are: packages/templates/test/golden/built-in-spans.json and, where
 * ../shared is present, stock-spans.json. Look at what changed before committing it; the text is held against jinja2
 * elsewhere, and so are the built-in templates' marks, but nothing else says what a stock template's spans should be.
 *
 *     tsx --conditions=@sftkit/source tools/golden/spans.ts
 *     tsx --conditions=@sftkit/source tools/golden/spans.ts llama.cpp/GLM-4.6 "tool call"
 *
 * With a template, and a kind of conversation, it prints the text with the spans between marks instead.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { conversationKinds } from '../../packages/templates/test/conversations.js';
import { spanCells } from '../../packages/templates/test/spans.js';
import { builtInNames, stockNames, templateNamed } from '../../packages/templates/test/templates.js';

const folder = new URL('../../packages/templates/test/golden/', import.meta.url);
const shared = new URL('../../../shared/SOURCES.md', import.meta.url);

function write(file: string, names: readonly string[]): void {
  const table = Object.fromEntries(names.map((name) => [name, spanCells(templateNamed(name))]));
  writeFileSync(new URL(file, folder), `${JSON.stringify(table, null, 1)}\n`);
  console.log(`${names.length} templates in ${file}`);
}

function show(name: string, wanted: string | undefined): void {
  const template = templateNamed(name);
  for (const { name: kind, conversation, options } of conversationKinds) {
    if (wanted !== undefined && kind !== wanted) continue;
    console.log(`=== ${name}, ${kind}`);
    try {
      const { text, generation, findings } = template.render(conversation, options);
      let at = 0;
      let shown = '';
      for (const { start, end, message } of generation) {
        shown += `${text.slice(at, start)}⟦${message}:${text.slice(start, end)}⟧`;
        at = end;
      }
      console.log(shown + text.slice(at));
      for (const { kind: finding, message, problem } of findings) console.log(`! ${finding}@${message}: ${problem}`);
    } catch (error) {
      console.log(String(error));
    }
  }
}

const [name, kind] = process.argv.slice(2);
if (name !== undefined) {
  show(name, kind);
} else {
  write('built-in-spans.json', builtInNames);
  if (existsSync(shared)) write('stock-spans.json', stockNames);
}
