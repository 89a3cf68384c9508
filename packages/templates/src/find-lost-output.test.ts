import { expect, it } from 'vitest';
import { parseTemplate } from './parse-template.js';

const loop = (body: string): string => `{% for m in a %}${body}{% endfor %}`;

it.each([
  loop('{% if m %}{% continue %}{% endif %}x'),
  loop('{% set x = 1 %}{% if m %}{{ raise_exception("no") }}{% else %}{% break %}{% endif %}x'),
  loop(`{% if m %}${loop('x')}{% else %}{% break %}{% endif %}`),
  `x${loop('{% break %}')}`,
])('nothing is lost in %s', (source) => {
  expect(() => parseTemplate(source, 'mine')).not.toThrow();
});

it.each([
  loop('x{% break %}'),
  loop('{{ m }}{% if m %}{% continue %}{% endif %}'),
  loop('{% if m %}x{% continue %}{% endif %}'),
  loop('{% if m %}x{% endif %}{% continue %}'),
  loop(`${loop('x')}{% break %}`),
  loop('{% generation %}x{% endgeneration %}{% break %}'),
])('something may be lost in %s', (source) => {
  expect(() => parseTemplate(source, 'mine')).toThrow(/got text before it, which would be lost/);
});
