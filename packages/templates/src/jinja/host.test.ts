/** No expression reaches the host: what JavaScript or Python would find is not there, as in jinja2's sandbox. */
import { describe, expect, it } from 'vitest';
import { ChatTemplate } from '../chat-template.js';
import { TemplateRenderError } from '../errors.js';

const write = (source: string): string =>
  ChatTemplate.fromSource(source).renderText({ messages: [{ role: 'user', content: 'hi' }] });

describe('is not there', () => {
  it.each([
    '{{ messages.constructor }}',
    '{{ messages[0].constructor }}',
    "{{ messages[0]['constructor'] }}",
    '{{ messages[0].__proto__ }}',
    "{{ messages[0]['__proto__'] }}",
    "{{ messages | attr('constructor') }}",
    "{{ '' | attr('__class__') }}",
    "{{ ''.constructor }}",
    "{{ ''.__class__ }}",
    "{{ ''.length }}",
    "{{ ''.upper.__self__ }}",
    "{{ ''.upper.call }}",
    '{{ [].__class__ }}',
    '{{ [].map }}',
    '{{ {}.hasOwnProperty }}',
    '{{ {}.get.constructor }}',
    '{{ (1).__class__ }}',
    '{{ (1.5).toFixed }}',
    '{{ true.valueOf }}',
    '{{ none.constructor }}',
    '{{ range.__globals__ }}',
    '{{ range.constructor }}',
    '{{ range.prototype }}',
    '{{ cycler(1).constructor }}',
    '{{ raise_exception.call }}',
    '{{ self.__init__ }}',
    '{% macro m() %}{% endmacro %}{{ m.constructor }}{{ m.__class__ }}',
    '{% macro m() %}{{ varargs.constructor }}{{ kwargs.__proto__ }}{% endmacro %}{{ m() }}',
    '{% for x in [1] %}{{ loop.constructor }}{{ loop.__class__ }}{% endfor %}',
    '{{ process }}{{ globalThis }}{{ require }}{{ eval }}{{ Function }}{{ constructor }}{{ this }}',
    '{{ __proto__ }}{{ hasOwnProperty }}{{ toString }}{{ undefined }}',
    "{{ '{0.__class__}{0.constructor}'.format('') }}{{ '{0[constructor]}'.format({}) }}",
    '{{ messages[0].content.source }}{{ messages[0].content.pieces }}{{ messages[0].content.value }}',
    '{{ messages[0].entries }}{{ messages.kind }}{{ range(1).bounds }}',
    '{{ namespace(__proto__={"polluted": 1}).polluted }}{{ dict(__proto__={"polluted": 1}).polluted }}',
    "{{ {'__proto__': {'polluted': 1}}.polluted }}",
    '{% set __proto__ = {"polluted": 1} %}{{ polluted }}',
    '{% set ns = namespace() %}{% set ns.__proto__ = {"polluted": 1} %}{{ ns.polluted }}{{ polluted }}',
  ])('%s', (source) => {
    expect(write(source)).toBe('');
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('fails', () => {
  it.each<[string, RegExp]>([
    [
      "{{ messages.constructor.constructor('return process')() }}",
      /'list object' has no attribute 'constructor'/,
    ],
    ['{{ messages.__proto__.polluted }}', /'list object' has no attribute '__proto__'/],
    ["{{ ''.__class__.__mro__[1].__subclasses__() }}", /attribute '__class__' of 'str' object is unsafe/],
    ['{{ [].push(1) }}', /'list object' has no attribute 'push'/],
    ['{{ [].append(1) }}', /attribute 'append' of 'list' object is unsafe/],
    ['{{ messages[0].update({}) }}', /attribute 'update' of 'dict' object is unsafe/],
    ["{{ require('fs') }}", /'require' is undefined/],
    ["{{ messages | map('constructor') | list }}", /No filter named 'constructor'/],
    ['{{ messages | toString }}', /No filter named 'toString'/],
    ['{{ messages | __proto__ }}', /No filter named '__proto__'/],
    ['{{ messages is constructor }}', /No test named 'constructor'/],
    ["{{ '%(constructor)s' % {} }}", /constructor/],
  ])('%s', (source, message) => {
    expect(() => write(source)).toThrow(TemplateRenderError);
    expect(() => write(source)).toThrow(message);
  });
});

describe('is a name like any other where the template itself gave it', () => {
  it.each([
    ["{{ {'__proto__': 1, 'constructor': 2} | tojson }}", '{"__proto__": 1, "constructor": 2}'],
    ['{{ dict(__proto__=1).__proto__ }}', '1'],
    ['{% set ns = namespace(constructor=1) %}{{ ns.constructor }}', '1'],
    ['{% set constructor = 1 %}{{ constructor }}', '1'],
    ['{% macro toString(__proto__) %}{{ __proto__ }}{% endmacro %}{{ toString(__proto__=1) }}', '1'],
    ["{{ messages | map(attribute='constructor') | list }}", '[Undefined]'],
    ["{{ messages | selectattr('__proto__') | list | length }}", '0'],
  ])('%s', (source, expected) => {
    expect(write(source)).toBe(expected);
  });

  it('also in a message', () => {
    const messages = [
      JSON.parse('{"role": "user", "content": "hi", "__proto__": {"x": 1}, "constructor": "c"}'),
    ];
    const template = ChatTemplate.fromSource(
      "{{ messages[0].constructor }}{{ messages[0]['__proto__'].x }}{{ messages[0].x }}",
    );
    expect(template.renderText({ messages })).toBe('c1');
  });
});
