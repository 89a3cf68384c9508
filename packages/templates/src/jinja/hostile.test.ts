/**
 * Templates that would run for hours, or take all memory, if each step of an expression cost the same: each ends with a
 * result, or with an error that names the limit.
 */
import { describe, expect, it } from 'vitest';
import { ChatTemplate } from '../chat-template.js';
import { TemplateRenderError, TemplateSyntaxError } from '../errors.js';
import { resolveTemplate } from '../resolve-template.js';

/** Generous: one took 18 s where fifteen processes shared two cores. What does not end takes hours. */
const TIMEOUT = { timeout: 60_000 };

const write = (source: string): string =>
  ChatTemplate.fromSource(source).renderText({ messages: [{ role: 'user', content: 'hello' }] });

const repeated = (times: number, source: string): string =>
  `{% for i in range(${times}) %}${source}{% endfor %}`;

const WORK = /expected an end within \d+ steps of work, got none; does the template loop\?/;
const BYTES = /expected texts and lists of at most \d+ bytes in all, got more/;
const ITEMS = /expected a list of at most \d+ items, got \d+/;
const CHARACTERS = /expected at most \d+ characters, got \d+/;

/** Once: what is tried here takes its time. */
function failure(source: string): unknown {
  try {
    return write(source);
  } catch (error) {
    return error;
  }
}

function fails(source: string, words: RegExp): void {
  const error = failure(source);
  expect(error).toBeInstanceOf(TemplateRenderError);
  expect((error as Error).message).toMatch(words);
}

describe('lists of lists: 40 times ns.a = [ns.a, ns.a]', TIMEOUT, () => {
  const nested = (name: string): string =>
    `{% set ${name} = namespace(a=[]) %}${repeated(40, `{% set ${name}.a = [${name}.a, ${name}.a] %}`)}`;

  it('are made at once', () => {
    expect(write(`${nested('ns')}ok`)).toBe('ok');
    expect(write(`${nested('ns')}{{ ns.a == ns.a }}`)).toBe('True');
  });

  it.each([
    '{{ ns.a | tojson }}',
    '{{ ns.a == ot.a }}',
    '{{ ns.a | string }}',
    '{{ ns.a | join }}',
    '{{ ns.a }}',
  ])('%s', (use) => {
    fails(nested('ns') + nested('ot') + use, WORK);
  });

  it('{{ ns.a | tojson(indent=4) }}', () => {
    fails(`${nested('ns')}{{ ns.a | tojson(indent=4) }}`, BYTES);
  });

  it.each(['{{ {}.get(ns.a) }}', '{{ {ns.a: 1} }}'])('as tuples, they are costly keys: %s', (use) => {
    const tuples = `{% set ns = namespace(a=()) %}${repeated(40, '{% set ns.a = (ns.a, ns.a) %}')}`;
    fails(tuples + use, /of work, got none|bytes in all, got more/);
  });

  it('100,000 deep: no stack ends', () => {
    const deep = `{% set ns = namespace(a=[], b=[]) %}${repeated(100_000, '{% set ns.a = [ns.a] %}{% set ns.b = [ns.b] %}')}`;
    fails(`${deep}{{ ns.a | tojson }}`, /expected JSON of at most 200 levels, got more/);
    fails(`${deep}{{ ns.a }}`, /expected lists of at most 200 levels, got more/);
    fails(`${deep}{{ ns.a == ns.b }}`, /expected lists that end, got one too deep to compare/);
    fails('{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}', /expected lists of at most 200 levels/);
  });
});

describe('long lists', TIMEOUT, () => {
  const lists = '{% set a = [0] * 500000 %}{% set b = [0] * 500000 %}';

  it('doubled', () => {
    const doubled = `{% set ns = namespace(l=[0]) %}${repeated(30, '{% set ns.l = ns.l + ns.l %}')}`;
    fails(doubled, ITEMS);
    fails('{{ [1] * 10 ** 9 }}', ITEMS);
  });

  it('of many ranges', () => {
    fails(
      `{% set ns = namespace(l=[]) %}${repeated(10_000, '{% set ns.l = ns.l + [range(100000)] %}')}`,
      BYTES,
    );
    fails(
      `{% set ns = namespace(l=[]) %}${repeated(10_000, '{% set ns.l = ns.l + range(100000) | list %}')}`,
      BYTES,
    );
  });

  it.each(['a == b', '1 in a', 'a | sort'])('500,000 items, 1,000 times: %s', (use) => {
    fails(`${lists}${repeated(1_000, `{% set x = ${use} %}`)}`, WORK);
  });

  it.each(['a[1:]', 'a | reverse | list', 'a + b'])('500,000 items, 1,000 times: %s', (use) => {
    fails(`${lists}${repeated(1_000, `{% set x = ${use} %}`)}`, /bytes in all, got more|at most \d+ items/);
  });

  it('gone through by a loop that ends at once', () => {
    expect(write(`${lists}${repeated(1_000, '{% for y in a %}{% break %}{% endfor %}')}ok`)).toBe('ok');
  });
});

describe('a text of 4 Mi characters', TIMEOUT, () => {
  const text = `{% set ns = namespace(s="x" * 16) %}${repeated(18, '{% set ns.s = ns.s ~ ns.s %}')}`;

  it('is the longest', () => {
    expect(write(`${text}{{ ns.s | length }}`)).toBe(String(2 ** 22));
    fails(`${text}{{ (ns.s ~ ns.s) | length }}`, CHARACTERS);
    fails(`${text}{{ [1, 2, 3] | join(ns.s) }}`, CHARACTERS);
  });

  it.each([
    'ns.s | length',
    'ns.s | upper',
    'ns.s.title()',
    '"y" in ns.s',
    'ns.s.find("y")',
    'ns.s[i:]',
    'ns.s | trim("y")',
    'ns.s | tojson',
    'ns.s | e',
  ])('1,000 times: %s', (use) => {
    fails(`${text}${repeated(1_000, `{% set x = ${use} %}`)}`, BYTES);
  });

  it('that 100,000 pieces of a message make', () => {
    const grown = (operator: string): string =>
      `{% set ns = namespace(s='') %}${repeated(100_000, `{% set ns.s = ns.s ${operator} messages[0].content %}`)}{{ ns.s | length }}`;
    expect(write(grown('~'))).toBe('500000');
    expect(write(grown('+'))).toBe('500000');
  });

  it('in a method that was taken first and is called later', () => {
    fails(`${text}{% set f = ns.s.upper %}${repeated(1_000, '{% set x = f() %}')}`, BYTES);
  });

  it('replaced, turned around, gone through', () => {
    fails(
      `${text}{{ ns.s | replace("x", "yy") | length }}`,
      /of work, got none|characters, got|bytes in all/,
    );
    fails(`${text}{{ ns.s[::-1] }}`, ITEMS);
    fails(`${text}{% for c in ns.s %}{% endfor %}`, ITEMS);
    fails(`${text}{{ ns.s | list | length }}`, ITEMS);
  });

  it.each([
    '"a" | center(10 ** 9)',
    '"a".ljust(10 ** 9)',
    '"a".zfill(10 ** 9)',
    '"%1000000000d" % 1',
    '"{:1000000000}".format(1)',
    '"\\t".expandtabs(10 ** 9)',
    '"abc" * 10 ** 9',
    '("\\n" * 100000) | indent(1000000)',
    '[[1]] | tojson(indent=10 ** 9)',
  ])('is shorter than %s', (use) => {
    fails(`{{ ${use} }}`, CHARACTERS);
  });
});

describe('a text that is put together of many pieces of a message', TIMEOUT, () => {
  const text = (times: number): string =>
    `{% set ns = namespace(s=messages[0].content ~ '.') %}${repeated(times, '{% set ns.s = ns.s ~ ns.s %}')}`;

  it('has at most 131,072 of them, and more where more was said', () => {
    fails(`${text(18)}`, /expected a text put together of at most \d+ pieces, got 262144/);
    fails(`${text(10)}{{ ns.s * 200 }}`, /pieces, got/);
    fails(`${text(10)}{{ ([ns.s] * 200) | join }}`, /pieces, got/);
    expect(write(`${text(15)}{{ ns.s | length }}`)).toBe(String(6 * 2 ** 15));
  });

  it.each([
    'ns.s[1:]',
    'ns.s | replace("h", "hh")',
    'ns.s.partition(".")',
    'ns.s | indent',
    'ns.s.split(".")',
    'ns.s | tojson',
    'ns.s | upper',
  ])('1,000 times: %s', (use) => {
    fails(
      `${text(16)}${repeated(1_000, `{% set x = ${use} %}`)}`,
      /bytes in all, got more|of work, got none/,
    );
  });
});

describe('texts of 4 Mi characters', TIMEOUT, () => {
  const text = '{% set s = "x" * 4000000 %}';

  it.each([
    ['as keys', repeated(1_000, '{% set d = {s ~ i: 1} %}{{ d[s ~ i] }}')],
    [
      'sorted',
      `{% set ns = namespace(l=[]) %}${repeated(200, '{% set ns.l = ns.l + [s ~ i] %}')}{{ ns.l | sort }}`,
    ],
    ['folded', repeated(1_000, '{% set x = s.casefold() %}')],
    ['stripped', repeated(1_000, '{% set x = s.strip("x") %}')],
  ])('%s', (_, use) => {
    fails(text + use, /bytes in all, got more|of work, got none/);
  });

  it('split into as many', () => {
    fails(`${text}{{ s.split("x") | length }}`, WORK);
    fails(`${text}{{ s.split() | length }}{{ (s ~ " ") * 2 }}`, CHARACTERS);
  });
});

describe('numbers', TIMEOUT, () => {
  it('have at most 40,000 bits', () => {
    fails('{{ 9 ** 99999999 }}', /expected numbers of at most 40000 bits/);
    fails('{{ (10 ** 400) ** 1000 }}', /expected numbers of at most 40000 bits/);
    const squared = repeated(100, '{% set ns.x = ns.x * ns.x %}');
    fails(`{% set ns = namespace(x=2) %}${squared}`, /expected numbers of at most 40000 bits/);
  });
});

describe('loops and macros', TIMEOUT, () => {
  it('that do not end', () => {
    fails(repeated(100_000, repeated(100_000, '')), WORK);
    fails('{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(50) }}', WORK);
    fails('{{ range(10 ** 9) }}', /Range too big/);
    fails('{% for i in range(10 ** 9) %}{% endfor %}', /Range too big/);
  });

  it.each([
    '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}',
    '{% macro f() %}{% call f() %}{{ caller() }}{% endcall %}{% endmacro %}{{ f() }}',
    '{% macro f() %}{% for x in [1] %}{{ g() }}{% endfor %}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ g() }}',
    '{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}',
  ])('inside of themselves: %s', (source) => {
    fails(source, /expected macros and loops at most 150 deep, got more/);
  });
});

describe('long sources', TIMEOUT, () => {
  it.each<[string, string, string]>([
    ['40,000 indented tags', '        {% set a = 1 %}\n'.repeat(40_000), ''],
    ['40,000 lines of spaces before a tag', `${'        \n'.repeat(40_000)}{%- set a = 1 %}ok`, 'ok'],
    ['40,000 spaces before a tag', `${' '.repeat(40_000)}{% set a = 1 %}ok`, 'ok'],
    ['a megabyte of spaces inside of a tag', `{% set a = 1${' '.repeat(1_000_000)}%}ok`, 'ok'],
    ['20,000 set blocks', `${'{% set a %}x{% endset %}'.repeat(20_000)}ok`, 'ok'],
    ['20,000 ifs in a row', `${'{% if a %}{% endif %}'.repeat(20_000)}ok`, 'ok'],
    ['20,000 elifs', `{% if a %}${'{% elif a %}'.repeat(20_000)}{% else %}ok{% endif %}`, 'ok'],
    ['a sum of 100,000', `{{ 1${' + 1'.repeat(99_999)} }}`, '100000'],
    [
      '150 loops inside of each other',
      `${'{% for a in [1] %}'.repeat(150)}ok${'{% endfor %}'.repeat(150)}`,
      'ok',
    ],
  ])('%s', (_, source, text) => {
    expect(write(source)).toBe(text);
  });

  it.each<[string, string, RegExp]>([
    [
      '500 loops inside of each other',
      `${'{% for a in [1] %}'.repeat(500)}${'{% endfor %}'.repeat(500)}`,
      /expected at most 200 blocks inside each other/,
    ],
    [
      '20,000 ifs inside of each other',
      `${'{% if a %}'.repeat(20_000)}${'{% endif %}'.repeat(20_000)}`,
      /expected at most 200 blocks inside each other/,
    ],
    [
      '100,000 parentheses',
      `{{ ${'('.repeat(100_000)}1${')'.repeat(100_000)} }}`,
      /expected at most 200 expressions inside each other/,
    ],
    [
      '5,000 brackets',
      `{{ ${'['.repeat(5_000)}${']'.repeat(5_000)} }}`,
      /expected at most 200 expressions inside each other/,
    ],
    ['100,000 signs', `{{ ${'-'.repeat(100_000)}1 }}`, /not nested so deep/],
    ['100,000 filters', `{{ 1${' | string'.repeat(100_000)} }}`, /expected at most 200 steps in a chain/],
    ['100,000 attributes', `{{ a${'.b'.repeat(100_000)} }}`, /expected at most 200 steps in a chain/],
    ['300,000 open comments', '{# '.repeat(300_000), /expected #} before the end/],
    ['200,000 open texts', "{{ '".repeat(200_000), /expected }} before the end/],
    [
      '300,000 tags in an open raw block',
      `{% raw %}${'{% '.repeat(300_000)}`,
      /expected {% endraw %} before the end/,
    ],
    ['900,000 braces', '{'.repeat(900_000), /expected }} before the end/],
    ['2 MB', 'x'.repeat(2_000_000), /expected a source of at most 1048576 characters, got 2000000/],
  ])('%s: refused', (_, source, words) => {
    const error = failure(source);
    expect(error).toBeInstanceOf(TemplateSyntaxError);
    expect((error as Error).message).toMatch(words);
  });
});

describe('long conversations are no attack', TIMEOUT, () => {
  const messages = Array.from({ length: 40_000 }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: 'x',
  }));

  it('40,000 turns with chatml', () => {
    expect(resolveTemplate('chatml').render({ messages }).generation).toHaveLength(20_000);
  });

  it('40,000 turns with a template without marks', () => {
    const template = ChatTemplate.fromSource(
      '{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}',
    );
    expect(template.render({ messages }).generation).toHaveLength(20_000);
  });

  it('an answer of 5 MB', () => {
    const content = 'word '.repeat(1_000_000);
    const { text, generation } = resolveTemplate('chatml').render({
      messages: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content },
      ],
    });
    expect(text.length).toBeGreaterThan(5_000_000);
    expect(generation).toHaveLength(1);
  });
});
