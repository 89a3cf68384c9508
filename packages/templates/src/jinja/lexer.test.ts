import { describe, expect, it } from 'vitest';
import { normalizeSource, tokenize } from './lexer.js';
import { TemplateFault } from './template-fault.js';

/** The text between tags, a `|` for each tag in between. */
const data = (source: string): string =>
  tokenize(normalizeSource(source))
    .map(({ type, value }) => (type === 'data' ? value : type.endsWith('_end') ? '|' : ''))
    .join('');

/** Type and value of what stands in the first tag. */
const code = (source: string): [string, string][] =>
  tokenize(source)
    .filter(({ type }) => !/data|begin|end|eof/.test(type))
    .map(({ type, value }): [string, string] => [type, value]);

describe('line ends', () => {
  it('are line feeds, and one at the end of the source goes', () => {
    expect(normalizeSource('a\r\nb\rc\n\r\n')).toBe('a\nb\nc\n');
    expect(normalizeSource('a\r')).toBe('a');
    expect(normalizeSource('\u2028\u0085\v')).toBe('\u2028\u0085\v');
  });
});

describe('whitespace around tags', () => {
  it('trim_blocks: the line feed behind a block or a comment goes, and no more', () => {
    expect(data('{% x %}\na')).toBe('|a');
    expect(data('{% x %}\n\na')).toBe('|\na');
    expect(data('{% x %} \na')).toBe('| \na');
    expect(data('{# x #}\na')).toBe('a');
    expect(data('{{ x }}\na')).toBe('|\na');
  });

  it('lstrip_blocks: the indentation of a tag goes that comes first on its line', () => {
    expect(data('a\n \t{% x %}b')).toBe('a\n|b');
    expect(data('  {% x %}b')).toBe('|b');
    expect(data('  {# x #}b')).toBe('b');
    expect(data('a  {% x %}b')).toBe('a  |b');
    expect(data('a\n  {{ x }}b')).toBe('a\n  |b');
    expect(data('{{ x }}  {% x %}b')).toBe('|  |b');
    expect(data('{% x %}\n  {% x %}b')).toBe('||b');
    expect(data('{% x %}  {% x %}b')).toBe('|  |b');
  });

  it('-: all whitespace goes, line feeds too', () => {
    expect(data('a \n\t {%- x -%} \n b')).toBe('a|b');
    expect(data('a \n {{- x -}} \n b')).toBe('a|b');
    expect(data('a \n {#- x -#} \n b')).toBe('ab');
    expect(data('a\u00a0{%- x -%}\u3000b')).toBe('a|b');
    expect(data('a\ufeff{%- x -%}\u200bb')).toBe('a\ufeff|\u200bb');
  });

  it('+: nothing goes', () => {
    expect(data('a\n  {%+ x +%}\nb')).toBe('a\n  |\nb');
    expect(data('a\n  {#+ x +#}\nb')).toBe('a\n  \nb');
  });

  it('is inside of a tag of no account', () => {
    expect(code('{%  \n if \t a %}')).toEqual([
      ['name', 'if'],
      ['name', 'a'],
    ]);
    expect(code(`{% a${' '.repeat(100_000)}%}`)).toEqual([['name', 'a']]);
  });
});

describe('raw', () => {
  it('keeps what looks like tags', () => {
    expect(data('a{% raw %}{{ x }}{% y %}{# z #}{% endraw %}b')).toBe('a{{ x }}{% y %}{# z #}b');
  });

  it('strips as other blocks do', () => {
    expect(data('a\n  {% raw %}\n b \n  {% endraw %}\nc')).toBe('a\n\n b \nc');
    expect(data('a {%- raw -%} b {%- endraw -%} c')).toBe('abc');
    expect(data('{% raw %} b {%+ endraw %}c')).toBe(' b c');
  });

  it('ends with the first endraw, whatever looks like one', () => {
    expect(data('{% raw %}{% endraws %}{% end raw %}{%endraw%}{{ x }}')).toBe('{% endraws %}{% end raw %}|');
    expect(() => tokenize('ab{% raw %}{% endraw')).toThrow(/expected {% endraw %} before the end/);
  });
});

describe('comments', () => {
  it('may hold anything but their end', () => {
    expect(data('a{# {% x %} {{ "#} b')).toBe('a b');
    expect(data('a{##}b{#-#}c')).toBe('abc');
    expect(() => tokenize('a{# b }')).toThrow(TemplateFault);
    expect(() => tokenize('a{# b }')).toThrow(expect.objectContaining({ offset: 1 }));
  });

  it('that come first in a block are its note', () => {
    const notes = (source: string): (string | undefined)[] =>
      tokenize(source)
        .filter(({ type }) => type === 'block_begin')
        .map(({ note }) => note);
    expect(notes('{% a %}{# reasoning #}x{# no #}{% b %}')).toEqual(['reasoning', undefined]);
    expect(notes('{% a %}\n  {#- content -#}x')).toEqual(['content']);
    expect(notes('{% a %}x{# no #}')).toEqual([undefined]);
  });
});

describe('tokens', () => {
  it('numbers, as Python writes them', () => {
    expect(code('{{ 1 1_000 0x1F 0b10 0o7 1.5 1e3 2E-2 1_0.0_1 }}')).toEqual([
      ['integer', '1'],
      ['integer', '1000'],
      ['integer', '0x1F'],
      ['integer', '0b10'],
      ['integer', '0o7'],
      ['float', '1.5'],
      ['float', '1e3'],
      ['float', '2E-2'],
      ['float', '10.01'],
    ]);
    expect(code('{{ a.1.2 }}')).toEqual([
      ['name', 'a'],
      ['operator', '.'],
      ['integer', '1'],
      ['operator', '.'],
      ['integer', '2'],
    ]);
  });

  it('strings, with their escapes', () => {
    expect(code(String.raw`{{ 'a\n\'"' "\x41\u00e9\U0001F642\\" '}}' }}`)).toEqual([
      ['string', 'a\n\'"'],
      ['string', 'Aé🙂\\'],
      ['string', '}}'],
    ]);
  });

  it('names in any script, and the longest operators', () => {
    expect(code('{{ größe_2 ** b//c <= d != e }}').map(([, value]) => value)).toEqual([
      'größe_2',
      '**',
      'b',
      '//',
      'c',
      '<=',
      'd',
      '!=',
      'e',
    ]);
  });

  it('a closing brace inside of brackets ends no tag', () => {
    expect(code("{{ {'a': {'b': 1}} }}").map(([, value]) => value)).toEqual([
      '{',
      'a',
      ':',
      '{',
      'b',
      ':',
      '1',
      '}',
      '}',
    ]);
    expect(() => tokenize('{{ (a }}')).toThrow(/expected \), got }/);
    expect(() => tokenize('{{ a] }}')).toThrow(expect.objectContaining({ offset: 4 }));
  });

  it('say where they stand', () => {
    expect(tokenize('a{{ b }}').map(({ type, offset }) => [type, offset])).toEqual([
      ['data', 0],
      ['variable_begin', 1],
      ['name', 4],
      ['variable_end', 6],
      ['eof', 8],
    ]);
  });

  it.each([
    ['a character that is none', '{{ a ? b }}', /unexpected character "\?"/, 5],
    ['a text without an end', "{{ 'a }}", /expected ' before the end/, 3],
    ['a tag without an end', 'a{% b', /expected %} before the end/, 1],
    ['a digit of another script', '{{ ٣ }}', /expected a name, got "٣"/, 3],
  ])('%s', (_, source, message, offset) => {
    expect(() => tokenize(source)).toThrow(message);
    expect(() => tokenize(source)).toThrow(expect.objectContaining({ offset }));
  });
});
