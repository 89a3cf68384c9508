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
    ['an open string', "{% set a = 'b %}", 1, 12, /expected ' before the end of the template/],
    ['an open raw block', 'a\n{% raw %}{% endra %}', 2, 1, /expected {% endraw %} before the end/],
    ['a stray character', 'a\n{% if a $ b %}{% endif %}', 2, 9, /unexpected character "\$"/],
    ['a bracket of another kind', '{{ (a] }}', 1, 6, /expected \), got ]/],
    ['a missing expression', '{# x #}{{ "}}" }}\n{{ a + }}', 2, 8, /expected an expression, got }}/],
    ['a missing "in"', 'ab\n{% for m messages %}{% endfor %}', 2, 10, /expected in, got "messages"/],
    ['a wrong end of an expression', "{{ a.b['c d'] e }}", 1, 15, /expected }}, got "e"/],
    ['a missing name of a filter', '{{ a | }}', 1, 8, /expected a name, got }}/],
    ['a number to be set', '{% set 1 = a %}', 1, 8, /expected a name, got "1"/],
    ['a break outside of a loop', 'a{% break %}', 1, 2, /expected {% break %} inside of a loop/],
    ['another file', '{% include "x" %}', 1, 1, /expected a template that stands alone, got {% include %}/],
    ['a wrong escape', '{{ "\\x4" }}', 1, 4, /expected \\x and 2 hexadecimal digits/],
    ['lines that end in CRLF and CR', 'a\r\n\r{{ a + }}', 3, 8, /expected an expression/],
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
  const marks = (source: string): boolean => parseTemplate(source, 'mine').parsed.marksGeneration;

  it('are seen, in any spelling, but not in comments', () => {
    for (const tag of ['{% generation %}', '{%- generation -%}', '{%generation%}', '{%-   generation %}']) {
      expect(marks(`${tag}a{% endgeneration %}`)).toBe(true);
    }
    expect(marks('{# {% generation %} #}a')).toBe(false);
    expect(marks('{% raw %}{% generation %}{% endraw %}{{ "{% generation %}" }}')).toBe(false);
    expect(marks('{% if generation %}{{ endgeneration }}{% endif %}')).toBe(false);
  });
});
