import { describe, expect, it } from 'vitest';
import { TemplateSyntaxError } from './errors.js';
import { parseTemplate } from './parse-template.js';

const failure = (source: string): TemplateSyntaxError => {
  try {
    parseTemplate(source, 'mine');
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return error;
    throw error;
  }
  throw new Error('expected a TemplateSyntaxError, got none');
};

describe('a syntax error has line, column and caret', () => {
  it.each([
    ['an open block', 'a\n{% for m in messages %}\nb', 2, 1, /expected {% endfor %} before the end/],
    ['an open generation block', '{% generation %}a', 1, 1, /expected {% endgeneration %}/],
    [
      'crossed blocks',
      '{% if a %}\n {% for b in c %}\n{% endif %}\n{% endfor %}',
      3,
      1,
      /expected {% endfor %}, got {% endif %}/,
    ],
    ['an end without a start', 'a {% endif %}', 1, 3, /no block is open, got {% endif %}/],
    ['an unknown statement', '{{ a }}\n\n  {% fi a %}', 3, 3, /expected one of the statements .* got "fi"/],
    ['an open tag', 'a\n {{ b', 2, 2, /expected }} before the end/],
    ['an open comment', '{# a', 1, 1, /expected #}/],
    ['an open string', "{% set a = 'b %}", 1, 1, /expected %}/],
    ['a stray character', 'a\n{% if a $ b %}{% endif %}', 2, 9, /Unexpected character: \$/],
    ['a missing expression', '{# x #}{{ "}}" }}\n{{ a + }}', 2, 8, /CloseExpression/],
    ['a missing "in"', 'ab\n{% for m messages %}{% endfor %}', 2, 10, /Expected `in`/],
    ['a wrong end of an expression', "{{ a.b['c d'] e }}", 1, 15, /closing expression/],
  ])('%s', (_, source, line, column, message) => {
    const error = failure(source);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`(template "mine", line ${line}, column ${column})`);
    expect(error).toMatchObject({ template: 'mine', line, column });
    expect(error.excerpt?.split('\n')[1]).toMatch(/^ *\^$/);
  });

  it('shows the neighbourhood of the place where the line is long', () => {
    const { excerpt } = failure(`${'x'.repeat(500)}{% endif %}${'y'.repeat(500)}`);
    expect(excerpt).toBe(`1 | …${'x'.repeat(50)}{% endif %}${'y'.repeat(39)}…\n${' '.repeat(55)}^`);
  });
});

describe('generation tags', () => {
  it('are seen, in any spelling, but not in comments', () => {
    for (const tag of ['{% generation %}', '{%- generation -%}', '{%generation%}', '{%-   generation %}']) {
      expect(parseTemplate(`${tag}a{% endgeneration %}`, 'mine').marksGeneration).toBe(true);
    }
    expect(parseTemplate('{# {% generation %} #}a', 'mine').marksGeneration).toBe(false);
  });
});
