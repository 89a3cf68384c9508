/** docs/conformance.md: the results as tables, the same for the same results. */
import type { TemplateResult, TokensCell } from './run-conformance.js';
import { wrongCells } from './run-conformance.js';
import { kinds } from './templates.js';
import { TOKENIZERS } from './tokenizers.js';

export function conformancePage(results: readonly TemplateResult[]): string {
  const cells = results.flatMap((result) =>
    TOKENIZERS.flatMap((name) => [...result.cells.get(name)!.values()]),
  );
  const exact = cells.filter(isExact);
  const all = results.length * kinds.length * TOKENIZERS.length;
  const wrong = wrongCells(results);
  const renderings = results.flatMap((result) => [...result.renderings.values()]);
  // A rendering that is wrong is so with every tokenizer.
  const wrongRenderings = renderings.filter(({ state }) => state === 'wrong');
  const ours = renderings.filter((one) => one.state === 'refused' && one.by === 'sftkit').length;
  const exactRenderings = renderings.filter(({ state }) => state === 'rendered').length;
  const share = ((100 * exactRenderings) / (exactRenderings + ours)).toFixed(1);
  const wrongCount =
    wrongRenderings.length * TOKENIZERS.length +
    cells.filter((cell) => !('refused' in cell) && !isExact(cell)).length;
  return `# Masks, proven

${count(results.length)} templates with ${kinds.length} kinds of conversations and ${TOKENIZERS.length} tokenizers: ${count(all)} cells, of which ${count(exact.length)} are exact,
${count(all - exact.length - wrongCount)} are refused with a reason, and ${count(wrongCount)} are wrong. The tests of \`tools/conformance\` write this page.

Of the ${count(exactRenderings + ours)} conversations that jinja2 renders, ${count(exactRenderings)} (${share} %) have exact masks. The other ${count(ours)} are refused because the
template leaves out a call or an answer that the conversation holds: trained on, the model would learn to say nothing there.

A cell is exact if

- the text, with and without generation prompt, is what jinja2 writes with the settings of transformers;
- the spans are those that transformers counts from the template's generation blocks; of a template without blocks, those
  of the template named beside it, wherever the two write the same text;
- every supervised token lies in a span, every character of a span is in a supervised token, and no token crosses
  the border of a span;
- all tokens decode to their characters;
- the tokens before each answer are those of its prompt (the messages before it, rendered with generation prompt and
  encoded by themselves), if that prompt is the text before the answer.

## Templates

*Refused* counts conversations, by the template (in jinja2, too) and by sftkit. *Spans* are the renderings whose spans
were held against marks. *Prompts* are the answers whose prompt is what stands before them; *said* those whose prompt goes
on, or ends, elsewhere, which a finding says with both texts; *rewritten* those whose template writes the history
otherwise once the answer is there; *elsewhere* those whose marks do not begin where the prompt ends.

| template | marked by | exact | refused | by sftkit | spans | prompts | said | rewritten | elsewhere |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${results.map(templateRow).join('\n')}

## Tokenizers

Exact conversations; **bold** where the end of turn is one token of the tokenizer, so that the two may belong
together. Elsewhere it is several tokens of text, and masked as exactly.

| template | ${TOKENIZERS.join(' | ')} |
| --- | ${TOKENIZERS.map(() => '---:').join(' | ')} |
${results.map(tokenizerRow).join('\n')}

## Wrong

${wrong.length === 0 ? 'None.' : wrong.map((line) => `- ${line.replaceAll('<', '\\<')}`).join('\n')}

## Refused by sftkit

${refusals(results, 'sftkit')}

## Refused by the template

${refusals(results, 'template')}

## Conversations

${kinds.map(({ name }) => name).join(' · ')}

The conversations are \`packages/templates/test/conversations.json\`; jinja2's renderings are hashes, made by
\`tools/golden/templates.py\`.
`;
}

function isExact(cell: TokensCell): boolean {
  return !('refused' in cell) && cell.problems.length === 0;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function templateRow({ name, marked, renderings, cells }: TemplateResult): string {
  const all = [...renderings.values()];
  const rendered = all.filter((rendering) => rendering.state === 'rendered');
  const refused = all.filter((rendering) => rendering.state === 'refused');
  const spans = rendered.filter(({ comparedSpans }) => comparedSpans).length;
  // The same with every tokenizer: prompts are texts.
  const checks = [...cells.get(TOKENIZERS[0])!.values()].flatMap((cell) => ('refused' in cell ? [] : [cell]));
  const sum = (key: 'promptsEqual' | 'promptsSaid' | 'promptsRewritten' | 'marksElsewhere') =>
    checks.reduce((total, check) => total + check[key], 0);
  const values = [
    rendered.length,
    refused.filter(({ by }) => by === 'template').length,
    refused.filter(({ by }) => by === 'sftkit').length,
    spans,
    sum('promptsEqual'),
    sum('promptsSaid'),
    sum('promptsRewritten'),
    sum('marksElsewhere'),
  ];
  return `| ${name} | ${marked ?? (spans > 0 ? 'itself' : '–')} | ${values.join(' | ')} |`;
}

function tokenizerRow({ name, cells, ownTokenizers }: TemplateResult): string {
  const counts = TOKENIZERS.map((tokenizer) => {
    const exact = [...cells.get(tokenizer)!.values()].filter(isExact).length;
    return ownTokenizers.has(tokenizer) ? `**${exact}**` : String(exact);
  });
  return `| ${name} | ${counts.join(' | ')} |`;
}

/** Reasons, and below each the templates with their conversations. */
function refusals(results: readonly TemplateResult[], by: 'sftkit' | 'template'): string {
  const byReason = new Map<string, Map<string, string[]>>();
  const add = (reason: string, template: string, kind: string) => {
    const templates = byReason.get(reason) ?? new Map<string, string[]>();
    byReason.set(reason, templates.set(template, [...(templates.get(template) ?? []), kind]));
  };
  for (const { name, renderings, cells } of results) {
    for (const [kind, rendering] of renderings) {
      if (rendering.state === 'refused' && rendering.by === by) add(rendering.reason, name, kind);
    }
    if (by === 'template') continue;
    for (const [tokenizer, byKind] of cells) {
      for (const [kind, cell] of byKind)
        if ('refused' in cell) add(cell.refused, `${name} with ${tokenizer}`, kind);
    }
  }
  const sections = [...byReason]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, templates]) => {
      const lines = [...templates].map(([name, of]) => `  - ${name}: ${of.join(', ')}`);
      return `- ${reason.replaceAll('<', '\\<')}\n${lines.join('\n')}`;
    });
  return sections.length === 0 ? 'None.' : sections.join('\n');
}
