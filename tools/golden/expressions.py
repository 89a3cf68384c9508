"""Golden results of small Jinja templates, made with jinja2 and Hugging Face's settings.

    python3 tools/golden/expressions.py

Writes packages/templates/test/golden/expressions.json: variables that every template is given, and for each case a
template's source with the text that jinja2 makes of it, or the name of the exception that it raises. One case a
line; the order is that of this file. The settings and the clock are those of templates.py. Needs jinja2 3.1.6,
MarkupSafe 3 and Python 3.11, as other versions give other results for a few cases.

Integral floats and dicts whose keys JavaScript would reorder stand in the sources as literals and not among the
variables, since JSON does not carry them to JavaScript. What prints addresses is left out.
"""

import copy
import importlib.metadata
import itertools
import json
import re
import sys

sys.dont_write_bytecode = True

from templates import PACKAGE, ROOT, environment  # noqa: E402

OUTPUT = PACKAGE / "test" / "golden" / "expressions.json"
MOST_CASES = 6000
MOST_BYTES = 900_000

MESSAGES = [
    {"role": "system", "content": "You are helpful."},
    {"role": "user", "content": "Wie heißt <das> 🙂?\n"},
    {
        "role": "assistant",
        "content": "<think>\nHm, let me see.\n</think>\n\nLet me look.",
        "tool_calls": [
            {
                "id": "call_1",
                "type": "function",
                "function": {
                    "name": "get_weather",
                    "arguments": {"city": "Köln", "days": 2, "unit": None, "exact": True, "range": [0.5, 1]},
                },
            },
            {"id": "call_2", "type": "function", "function": {"name": "clock", "arguments": {}}},
        ],
    },
    {"role": "tool", "name": "get_weather", "tool_call_id": "call_1", "content": '{"temperature": 21.5}'},
    {"role": "assistant", "content": "  It is 21.5 °C.  "},
    {"role": "user", "content": [{"type": "text", "text": "And this?"}, {"type": "image", "url": "x.png"}]},
]

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather in a <city>, 'today' & \"later\"",
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "description": "The city"},
                    "unit": {"type": ["string", "null"], "enum": ["celsius", "fahrenheit"]},
                    "days": {"type": "integer", "minimum": 1, "default": 1},
                },
                "required": ["city"],
            },
        },
    },
    {"type": "function", "function": {"name": "clock", "parameters": {"type": "object", "properties": {}}}},
]

VARIABLES = {
    # Texts.
    "text": "hello World",
    "empty": "",
    "accents": "größe NAÏVE éÀ",
    "emoji": "a🙂b👩‍👩‍👧c",
    "cjk": "日本語 テキスト",
    "combining": "e\u0301a\u0308o",
    "special": "ß ǆa ŉx İI ΑΣ ﬁn ǅb",
    "spaces": " \t\u3000\u00a0a\x1cb \x85 c\u2003\n",
    "bom": "\ufeffx\ufeff",
    "markup": "<b class=\"x\">Tom & 'Jerry'</b>",
    "lines": "one\ntwo\r\nthree\rfour\x0bfive\x0csix\x1cseven\x85eight\u2028nine\n",
    "apostrophes": "they're o'neil's x-ray 3rd foo_bar",
    "numeral": "42",
    "decimal": " 3.75 ",
    "sentence": "The quick brown fox jumps over the lazy dog; then it sleeps well-deservedly.",
    "link": "See https://example.com/a?b=c&d=e, www.example.org/x or mail me@example.com.",
    # Numbers and the rest.
    "zero": 0,
    "one": 1,
    "three": 3,
    "minus": -7,
    "fraction": 2.5,
    "tiny": 1e-5,
    "million": 123456789,
    "large": 10**16,
    "yes": True,
    "no": False,
    "nothing": None,
    # Lists and dicts.
    "names": ["bob", "Alice", "carol", "Bob", "Äda"],
    "numbers": [3, 1, 2.5, -4, 10, 1],
    "mixed": [1, "a", None, True, 2.5, [1], {"k": "v"}],
    "nested": [[1, 2], [3, [4, 5]], []],
    "pairs": [["b", 2], ["a", 1], ["b", 1]],
    "people": [
        {"name": "bob", "age": 30, "city": {"name": "Köln"}},
        {"name": "Alice", "age": 25, "city": {"name": "Bonn"}},
        {"name": "carol", "city": {"name": "Köln"}},
    ],
    "data": {"b": 2, "a": 1, "C": "x", "nested": {"deep": [1, {"x": "y"}]}},
    "keyed": {"0": "zero", "1": "one", "10": "ten", "x": "ex"},
    "odd_keys": {"items": "I", "keys": "K", "length": 3, "constructor": "c", "a b": "spaced", "": "blank", "get": None},
    "messages": MESSAGES,
    # What transformers always passes; `tools` is none there where a conversation has none.
    "tools": TOOLS,
    "documents": None,
    "add_generation_prompt": False,
    # Names.
    "größe": "unicode name",
    "_private": "underscore",
    "日本": "cjk name",
}

# The kinds of value that every filter and every test is tried on; tests also on a namespace. `missing` is undefined.
VALUES = """
text
empty
markup
emoji
numeral
'<i>&amp;</i>'|safe
three
minus
fraction
8.0
yes
nothing
missing
missing.chain
names
numbers
[]
mixed
nested
people
('x', 2)
data
{}
range(3)
"""

TEXTS = """
text
empty
accents
emoji
cjk
combining
special
spaces
bom
markup
lines
apostrophes
numeral
sentence
"""

# `|list` where a filter gives a generator.
FILTERS = """
abs
attr('a')
batch(2)|list
capitalize
center(13)
count
d('?')
default('?', true)
dictsort
e
escape
filesizeformat
first
float
forceescape
format(1)
groupby('name')
indent
int
items|list
join
join('-')
last
length
list
lower
map('upper')|list
map(attribute='name')|list
max
min
pprint
reject|list
reject('string')|list
rejectattr('age')|list
replace('l', 'L')
reverse|list
round
safe
select|list
select('string')|list
selectattr('name')|list
slice(2)|list
sort
string
striptags
sum
title
tojson
trim
truncate(5)
unique|list
upper
urlencode
urlize
wordcount
wordwrap(4)
xmlattr
"""

TEXT_FILTERS = """
capitalize
center(30)
dictsort
escape
first
float
indent
int
last
length
list
lower
pprint
replace('e', 'E')
reverse
string
striptags
title
tojson
tojson(ensure_ascii=true)
trim
truncate(6, true, '…', 0)
unique|list
upper
urlencode
wordcount
wordwrap(7)
"""

TESTS = """
boolean
callable
defined
divisibleby(3)
eq(3)
equalto('hello World')
ne(3)
escaped
even
odd
false
true
filter
test
float
integer
number
iterable
sequence
mapping
string
lower
upper
none
undefined
in([3, 'x', true])
in('hello World')
sameas(none)
sameas(yes)
ge(3)
gt(2.5)
le(3)
lt('m')
greaterthan(2)
lessthan(none)
"""

OPERANDS = """
text
three
fraction
yes
nothing
missing
names
data
'<b>'|safe
"""

FEW_OPERANDS = """
text
minus
fraction
yes
nothing
missing
names
"""

METHODS_OF_TEXT = "capitalize casefold lower upper swapcase title strip lstrip rstrip split rsplit splitlines".split()
QUESTIONS_OF_TEXT = (
    "isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper"
).split()

# Texts whose kind Python knows; literals, as they stand in a template.
KINDS_OF_TEXT = r"""
['', 'a', 'A', 'Ab', 'aB', 'A1', '1', '1.5', '-1', ' ', '\n', 'a b', 'A b', 'A B', '_', '_a', '1a', 'for', 'None']
['²', '½', '四', '٣', '〇', 'Ⅷ', '①', '៣', '𝟘', '༳']
['é', 'É', 'e\u0301', 'ß', 'ẞ', 'ª', 'ǅ', 'ǆ', 'ŉ', 'İ', 'ı', 'ʰ', 'ﬁ', '日', 'ー', 'א', '·', 'ⓐ', 'Ⓐ']
['\t', '\x1c', '\x1f', '\x85', '\xa0', '\u2003', '\u2028', '\u3000', '\ufeff', '\u200b', '\u180e', '\x7f', '\xad']
['🙂', '𝐀', '𝐚', '𠮷', '\ue000', '\U0010ffff', 'a🙂', '🙂b']
"""

# Below, a line `== name` begins a group, and every other line is an expression of its own.
FILTER_ARGUMENTS = r"""
== filter abs
-3|abs
(-3)|abs
(-2.5)|abs
true|abs
(-0.0)|abs
(-9007199254740993)|abs
3|abs(1)
== filter attr
data|attr('a')
data|attr('items') is callable
data|attr('nope')
data|attr('nope') is defined
namespace(a=1)|attr('a')
text|attr('upper') is defined
text|attr('__class__') is defined
text|attr('__class__')
(text|attr('__class__')).x
three|attr('real')
three|attr('imag')
three|attr('numerator')
names|attr(0)
data|attr
data|attr(name='a')
people|map('attr', 'name')|list
== filter batch
range(7)|batch(3)|list
range(7)|batch(3, 'x')|list
range(7)|batch(linecount=3, fill_with=0)|list
range(6)|batch(3, 'x')|list
range(7)|batch(3, none)|list
[]|batch(3, 'x')|list
text|batch(4, '-')|list
range(3)|batch(0)|list
range(3)|batch(-1)|list
range(3)|batch('2')|list
range(3)|batch(2.5)|list
range(3)|batch|list
range(4)|batch(1)|map('first')|list
== filter capitalize
'ßa'|capitalize
'ǆABC'|capitalize
'éCOLE'|capitalize
'1ABC DEF'|capitalize
'ΑΣ ΑΣ'|capitalize
'ŉX'|capitalize
'ﬁX'|capitalize
'🙂ABC'|capitalize
'İX'|capitalize|length
true|capitalize
1.5e20|capitalize
[1, 'A']|capitalize
text|capitalize(1)
== filter center
'[' ~ 'ab'|center(5) ~ ']'
'[' ~ 'ab'|center(6) ~ ']'
'[' ~ 'abc'|center(6) ~ ']'
'[' ~ 'ab'|center ~ ']'
'[' ~ 'ab'|center(width=4) ~ ']'
'[' ~ 'ab'|center(-1) ~ ']'
'[' ~ '🙂'|center(4) ~ ']'
'ab'|center('5')
'ab'|center(4.0)
'ab'|center(5, '*')
12|center(5) ~ '|'
== filter default
missing|default
'[' ~ missing|default ~ ']'
missing|default('d')
missing|default(default_value='d')
empty|default('d')
empty|default('d', true)
empty|default('d', boolean=true)
empty|default('d', false)
empty|default('d', 1)
nothing|default('d')
nothing|default('d', true)
no|default('d')
no|default('d', true)
zero|default('d')
zero|default('d', true)
0.0|default('d', true)
[]|default('d', true)
{}|default('d', true)
data.nope|default('d')
data.nope.more|default('d')
missing.more|default('d')
missing['more']|default('d')
data['a']|default('d')
names[9]|default('d')
missing|default(missing)|default('e')
missing|default(data.nope, true)|default('e')
missing|d([])|length
missing|default({'a': 1})
missing|default('d', true, 1)
missing|default('<')
== filter dictsort
data|dictsort
{'b': 1, 'A': 2, 'a': 3, 'B': 0}|dictsort
{'b': 1, 'A': 2, 'a': 3, 'B': 0}|dictsort(true)
{'b': 1, 'A': 2, 'a': 3, 'B': 0}|dictsort(case_sensitive=true)
{'b': 1, 'A': 2, 'a': 3, 'B': 0}|dictsort(false, 'value')
{'b': 1, 'A': 2, 'a': 3, 'B': 0}|dictsort(by='value')
{'b': 1, 'A': 2, 'a': 3, 'B': 0}|dictsort(by='value', reverse=true)
{'b': 1, 'A': 2, 'a': 3, 'B': 0}|dictsort(reverse=true)
{'b': 1, 'A': 2, 'a': 3, 'B': 0}|dictsort(false, 'key', true)
{'b': 'X', 'a': 'x', 'c': 'W'}|dictsort(by='value')
{'b': 'X', 'a': 'x', 'c': 'W'}|dictsort(by='value', reverse=true)
{'b': 'X', 'a': 'x', 'c': 'W'}|dictsort(true, 'value')
{'b': 1}|dictsort(by='size')
{1: 'a', 'b': 2}|dictsort
{2: 'a', 1: 'b', 1.5: 'c'}|dictsort
{10: 'a', 9: 'b'}|dictsort
{none: 'a', 9: 'b'}|dictsort
{'a': 1, 'b': 'x'}|dictsort(by='value')
{'a': 1, 'b': none}|dictsort(by='value')
{'ä': 1, 'z': 2, 'Z': 3, 'é': 4}|dictsort
keyed|dictsort
{'b': [2], 'a': [1, 2], 'c': [1]}|dictsort(by='value')
{('b', 1): 1, ('a', 2): 2}|dictsort
names|dictsort
== filter escape
markup|escape
markup|e|e
markup|escape|escape
markup|escape|forceescape
markup|safe|escape
markup|safe|forceescape
'a`b/c=d'|e
'&amp;'|e
[markup]|e
{'a': '<'}|e
('<',)|e
'<'|e|length
'<'|e + '<'
'<' ~ '<'|e
1.5|e
escape
text|escape(1)
== filter filesizeformat
0|filesizeformat
1|filesizeformat
999|filesizeformat
1000|filesizeformat
1024|filesizeformat
1024|filesizeformat(true)
1024|filesizeformat(binary=true)
1023|filesizeformat(true)
1536|filesizeformat(true)
123456789|filesizeformat
123456789|filesizeformat(true)
1e10|filesizeformat
1e24|filesizeformat
1e27|filesizeformat
1e30|filesizeformat
(2**80)|filesizeformat(true)
(2**100)|filesizeformat(true)
(2**100)|filesizeformat
'1500'|filesizeformat
'1.5e6'|filesizeformat
'x'|filesizeformat
1.5|filesizeformat
0.5|filesizeformat
(-1500)|filesizeformat
999950|filesizeformat
12345|filesizeformat
== filter first
'🙂b'|first
{'k': 1, 'l': 2}|first
range(5, 9)|first
[]|first
[]|first is defined
[]|first|default('none')
''|first is defined
names|select('eq', 'x')|first is defined
names|select('in', ['carol'])|first
data.items()|first
(1, 2)|first
names|first('x')
names|reverse|first
== filter float
'3.14'|float
' 3.14 '|float
'1e3'|float
'1_000.5'|float
'inf'|float
'-Infinity'|float
'nan'|float
'٣.٥'|float
'x'|float
'x'|float(1.5)
'x'|float(default=none)
'x'|float('y')
''|float
3|float
true|float
none|float
none|float(2)
missing|float(2)
[]|float(2)
'0x10'|float
'1.5.2'|float(9)
9007199254740993|float
1e16|float
123456789012345678|float
== filter format
'%s'|format(1)
'%s %s'|format('a', 'b')
'%s %s'|format('a')
'%s'|format('a', 'b')
'%(a)s-%(b)d'|format(a='x', b=2)
'%(a)s'|format(b=1)
'%d'|format('x')
'%d'|format(2.9)
'%5.2f|'|format(3.14159)
'%-5d|'|format(42)
'%05d'|format(-42)
'%+d'|format(42)
'% d'|format(42)
'%x %X %o'|format(255, 255, 8)
'%#x %#o'|format(255, 8)
'%e %E %g %G'|format(12345.678, 12345.678, 0.00001, 1e20)
'%r %s %a'|format('é\n', 'é', 'é')
'%c%c'|format(65, 'z')
'%%'|format()
'%'|format()
'%5s|%-5s|'|format('ab', 'ab')
'%.2s'|format('🙂b👩')
'%*d'|format(5, 42)
'%.3d'|format(7)
'%s'|format([1, 'a'])
'%s'|format(none)
'%s'|format(missing)
'%s %s'|format(1, a=2)
'plain'|format(1)
'plain'|format(a=1)
'<%s>'|safe|format('<')
3|format(1)
'%z'|format(1)
'%.1f %.0f %.0f'|format(0.25, 0.5, 1.5)
== filter groupby
people|groupby('city.name')
people|groupby('name')
people|groupby('age')
people|groupby('age', default=0)
people|groupby('age', 0)
people|groupby('age', default='')
people|groupby('name', case_sensitive=true)
people|groupby(attribute='city.name')|map('first')|list
people|groupby('city.name')|map(attribute='grouper')|list
people|groupby('city.name')|map(attribute='list')|map('length')|list
[{'a': 'x'}, {'a': 'X'}, {'a': 'y'}]|groupby('a')
[{'a': 'x'}, {'a': 'X'}, {'a': 'y'}]|groupby('a', case_sensitive=true)
[{'a': 'B', 'n': 1}, {'a': 'a', 'n': 2}, {'a': 'b', 'n': 3}]|groupby('a')
pairs|groupby(0)
pairs|groupby(1)
pairs|groupby('0')
numbers|groupby('x')
people|groupby
[{'a': 1}, {'a': none}]|groupby('a')
[{'a': 1}, {'a': 1.0}, {'a': true}]|groupby('a')
== filter indent
lines|indent
'a\nb\n\nc'|indent
'a\nb\n\nc'|indent(2)
'a\nb\n\nc'|indent(2, true)
'a\nb\n\nc'|indent(2, true, true)
'a\nb\n\nc'|indent(width=2, first=true)
'a\nb\n\nc'|indent(2, blank=true)
'a\nb\n\nc'|indent('> ')
'a\nb\n\nc'|indent('> ', true, true)
'a\nb\n'|indent(2) ~ '|'
'a\r\nb'|indent(2)
'a\n  \nb'|indent(2)
'\na'|indent(2)
''|indent(2, true) ~ '|'
'a'|indent(0)
'a\nb'|indent(-1)
'a\nb'|indent(1.5)
'<\n>'|safe|indent('<')
'a\nb'|indent(indentfirst=true)
5|indent
== filter int
'42'|int
' 42 '|int
'-42'|int
'+42'|int
'4_2'|int
'42.9'|int
'-42.9'|int
'1e3'|int
'x'|int
'x'|int(7)
'x'|int(default=7)
'x'|int(none)
''|int
''|int(5)
'0x1F'|int
'0x1F'|int(0, 16)
'1f'|int(base=16)
'0b101'|int(0, 2)
'0b101'|int
'0o17'|int(base=8)
'0x1F'|int(0, 0)
'017'|int
'z'|int(base=36)
'12'|int(base=3)
'19'|int(5, 8)
'19'|int(base=1)
3.99|int
(-3.99)|int
true|int
none|int
none|int(3)
missing|int(4)
[]|int(4)
1e20|int
'inf'|int
(numeral ~ 'e999')|float|int
'nan'|float|int
'٤٢'|int
'四'|int
'12345678901234567890'|int
'9007199254740993'|int
'9007199254740993.5'|int
42|int(base=16)
== filter items
data|items|list
{}|items|list
missing|items|list
nothing|items|list
names|items|list
{1: 'a', none: 'b'}|items|list
keyed|items|map('last')|join(' ')
== filter join
names|join
names|join(', ')
names|join(d='/')
numbers|join(' ')
mixed|join('|')
nested|join(';')
people|join(', ', attribute='name')
people|join(', ', 'name')
people|join(', ', attribute='city.name')
people|join(', ', attribute='age')
pairs|join(', ', attribute=0)
pairs|join(', ', 1)
'abc'|join('-')
'a🙂b'|join('-')
data|join(',')
[]|join(',')
range(3)|join(1)
names|join(none)
names|join(missing)
names|join([1])
['<', '<'|safe]|join('&')
['<', '>']|join('&'|safe)
['<'|safe, '>']|join
[none, true, 1.0, missing]|join(',')
three|join
missing|join(',')
== filter last
'b🙂'|last
{'k': 1, 'l': 2}|last
range(5, 9)|last
[]|last
[]|last is defined
''|last is defined
(1, 2)|last
names|select|last
names|map('upper')|last
data.items()|last
data.keys()|last
== filter length
'a🙂b'|length
emoji|length
combining|length
{'a': 1, 'b': 2}|length
range(10)|length
(1, 2, 3)|length
missing|length
3|length
nothing|length
names|map('upper')|length
names|select|list|length
data.items()|length
data.keys()|count
'<'|e|length
'a'|length(1)
== filter list
'a🙂b'|list
data|list
data.values()|list
data.items()|list
range(3)|list
(1, 2)|list
missing|list
three|list
nothing|list
emoji|list
combining|list
names|list == names
== filter lower
'ÀÉ İ ΑΣ ẞ'|lower
'ΑΣΣ. Σ'|lower
12|lower
['A']|lower
true|lower
none|lower
== filter map
names|map('upper')|list
names|map('length')|list
names|map('replace', 'b', 'X')|list
names|map('truncate', 3, true, '', 0)|list
names|map('default', 'x')|list
people|map(attribute='name')|list
people|map(attribute='age')|list
people|map(attribute='age')|map('default', 0)|list
people|map(attribute='age', default=0)|list
people|map(attribute='age', default=none)|list
people|map(attribute='city.name')|join(',')
people|map(attribute='city.nope')|list
people|map(attribute='city.nope', default='?')|list
people|map(attribute='nope.name')|list
people|map(attribute='nope.name', default='?')|list
pairs|map(attribute=0)|list
pairs|map(attribute='0')|list
pairs|map(attribute=-1)|list
pairs|map('first')|list
pairs|map('last')|sum
pairs|map('join', '=')|list
names|map('nope')|list
names|map|list
names|map('attr', 'x')|list
people|map('name')|list
people|map(attribute='name', other=1)|list
people|map('upper', attribute='name')|list
numbers|map('string')|join('+')
['1', '2', 'x']|map('int')|list
['1', '2', 'x']|map('int', default=-1)|list
missing|map('upper')|list
nothing|map('upper')|list
three|map('upper')|list
data|map('upper')|list
'abc'|map('upper')|join
[['a', 1], ['b', 2]]|map('list')|list
names|map('sort')|map('join')|list
== filter max
numbers|max
names|max
names|max(true)
names|max(case_sensitive=true)
['b', 'A', 'a', 'B']|max
['b', 'A', 'a', 'B']|max(case_sensitive=true)
people|max(attribute='name')
people[:2]|max(attribute='age')
people|max(attribute='age')
pairs|max(attribute=1)
pairs|max
[]|max
[]|max is defined
[1, 'a']|max
[1, 2.0, 2]|max
[2, 2.0]|max
[true, 1]|max
'hello'|max
data|max
[none]|max
[none, 1]|max
== filter min
numbers|min
names|min
names|min(true)
['b', 'A', 'a', 'B']|min
['b', 'A', 'a', 'B']|min(case_sensitive=true)
people|min(attribute='name')
people[:2]|min(attribute='age')
pairs|min(attribute=1)
pairs|min
[]|min
[1, 'a']|min
[2.0, 2]|min
'hello'|min
== filter pprint
'a\'b"c'|pprint
'é🙂\n'|pprint
{'b': 1, 'a': [1, (2,)]}|pprint
range(30)|list|pprint
messages[:2]|pprint
people|pprint
data|pprint(true)
1e16|pprint
sentence|pprint
(sentence ~ ' ' ~ sentence)|pprint
{'key': sentence ~ sentence}|pprint
'<'|safe|pprint
{2: 'a', 1: 'b'}|pprint
{'a': 1, 2: 'b'}|pprint
== filter reject
numbers|reject('odd')|list
[1, 2, 3]|reject('odd')|list
[0, 1, '', 'a', none, [], [0]]|reject|list
[1, 2, 3]|reject('gt', 2)|list
[1, 2, 3]|reject('divisibleby', 2)|list
[1, 2, 3]|reject('in', [1, 2])|list
['a', 1, none]|reject('none')|list
[1]|reject('nope')|list
missing|reject|list
three|reject|list
== filter rejectattr
people|rejectattr('age')|map(attribute='name')|list
people|rejectattr('age', 'defined')|map(attribute='name')|list
people|rejectattr('age', 'undefined')|map(attribute='name')|list
people|rejectattr('name', 'eq', 'bob')|map(attribute='name')|list
people|rejectattr('city.name', 'equalto', 'Köln')|map(attribute='name')|list
messages|rejectattr('role', 'in', ['system', 'tool'])|map(attribute='role')|list
messages|rejectattr('role', '==', 'user')|list|length
people|rejectattr|list
people|rejectattr('age', 'nope')|list
people|rejectattr('age', 'gt', 26)|list
== filter replace
'hello'|replace('l', 'L')
'hello'|replace('l', 'L', 1)
'hello'|replace('l', 'L', count=1)
'hello'|replace(old='l', new='L')
'hello'|replace('l', '')
'hello'|replace('', '-')
'hello'|replace('', '-', 2)
'a🙂b'|replace('', '-')
'hello'|replace('l', 'L', 0)
'hello'|replace('l', 'L', -1)
'hello'|replace('l', 'L', none)
'hello'|replace('l', 'L', '1')
'hello'|replace('l')
'hello'|replace('x', 'y')
'hello'|replace('l', 1)
'1 2'|replace(1, 2)
'a.b.c'|replace('.', '$&')
'a\\b'|replace('\\', '/')
'<b>'|replace('<', '&lt;'|safe)
'<b>'|safe|replace('b', '<')
'<b>'|replace('b'|safe, '<')
1212|replace(1, 'x')
[1, 2]|replace('1', 'x')
none|replace('o', '0')
missing|replace('', 'x')
'aaa'|replace('aa', 'b')
== filter reverse
'abc'|reverse
'a🙂b'|reverse
combining|reverse
'<b>'|safe|reverse
'<b>'|e|reverse
[1, 2]|reverse|list
(1, 2)|reverse|list
range(4)|reverse|list
{'a': 1, 'b': 2}|reverse|list
data.items()|reverse|list
data.keys()|reverse|join
names|map('upper')|reverse|list
3|reverse
nothing|reverse
missing|reverse|list
''|reverse
names|reverse|join(',')
== filter round
2.5|round
3.5|round
(-2.5)|round
2.567|round(2)
2.567|round(precision=1)
2.4|round(0, 'ceil')
2.6|round(0, 'floor')
2.6|round(method='floor')
(-2.4)|round(0, 'ceil')
(-2.4)|round(method='floor')
2.123|round(2, 'ceil')
2.129|round(2, 'floor')
2.5|round(0, 'up')
2.5|round(method='common')
42|round
42|round(1)
1234|round(-2)
1250|round(-2)
1350|round(-2)
1234.5|round(-2)
1234.5|round(-2, 'floor')
1234.5|round(-2, 'ceil')
2.675|round(2)
1.005|round(2)
0.5|round
1.5|round
1e16|round
1e300|round(2)
9007199254740993|round
true|round
'x'|round
'2.5'|round
none|round
2.5|round|int
2.5|round(none)
2.5|round(1.0)
5.015|round(2)
0.1|round(20)
1e22|round(0, 'floor')
== filter safe
markup|safe
three|safe
none|safe
[1]|safe
missing|safe
markup|safe is escaped
missing|safe is escaped
(three|safe) + 'x'
== filter select
[1, 2, 3]|select('odd')|list
[0, 1, '', 'a', none, [], [0], false, 0.0]|select|list
[1, 2, 3]|select('gt', 1)|list
[1, 2, 3]|select('>=', 2)|list
[1, 2, 3]|select('lessthan', 3)|list
[1, 2, 3]|select('divisibleby', 2)|list
[1, 'a', none]|select('string')|list
['a', 'ab']|select('in', 'xaz')|list
[1, 'a', none, missing]|select('defined')|list
names|select('lower')|list
names|select('upper')|list
names|select('equalto', 'bob')|list
['upper', 'nope']|select('filter')|list
[1, 2]|select('nope')|list
[1, 2]|select('gt')|list
[1, 'a']|select('gt', 0)|list
data|select('in', ['a', 'C'])|list
'a1b2'|select('in', 'ab')|join
range(10)|select('even')|select('gt', 3)|list
missing|select|list
nothing|select|list
== filter selectattr
people|selectattr('age')|map(attribute='name')|list
people|selectattr('age', 'defined')|map(attribute='name')|list
people|selectattr('age', 'none')|map(attribute='name')|list
people|selectattr('name', 'equalto', 'bob')|list
people|selectattr('name', 'eq', 'bob')|list|length
people|selectattr('name', '==', 'bob')|list|length
people|selectattr('name', 'ne', 'bob')|map(attribute='name')|join(',')
people|selectattr('city.name', 'equalto', 'Köln')|map(attribute='name')|list
people|selectattr('name', 'in', ['bob', 'carol'])|map(attribute='name')|list
people|selectattr('age', 'gt', 26)|map(attribute='name')|list
people[:2]|selectattr('age', 'gt', 26)|map(attribute='name')|list
people|selectattr('name', 'lower')|map(attribute='name')|list
people|selectattr('nope')|list
people|selectattr('nope', 'undefined')|list|length
people|selectattr('nope.more', 'undefined')|list|length
people|selectattr('nope.more')|list
pairs|selectattr(0, 'eq', 'b')|list
pairs|selectattr('0', 'eq', 'b')|list
people|selectattr|list
people|selectattr('age', 'nope')|list
people|selectattr(attribute='age')|list
names|selectattr('x')|list
messages|selectattr('role', 'equalto', 'user')|list|length
messages|selectattr('tool_calls', 'defined')|map(attribute='role')|list
messages|selectattr('content', 'string')|map(attribute='role')|list
missing|selectattr('x')|list
== filter slice
range(7)|slice(3)|list
range(7)|slice(3, 'x')|list
range(7)|slice(slices=3, fill_with=0)|list
range(6)|slice(3, 'x')|list
range(2)|slice(3)|list
range(2)|slice(3, '-')|list
range(8)|slice(3, '-')|list
[]|slice(2)|list
'abcde'|slice(2)|list
data|slice(2)|list
range(3)|slice(0)|list
range(3)|slice(-1)|list
range(3)|slice('2')|list
range(3)|slice|list
== filter sort
numbers|sort
numbers|sort(true)
numbers|sort(reverse=true)
names|sort
names|sort(case_sensitive=true)
names|sort(false, true)
names|sort(reverse=true, case_sensitive=true)
['b', 'A', 'a', 'B']|sort
['b', 'A', 'a', 'B']|sort(reverse=true)
['b', 'A', 'a', 'B']|sort(case_sensitive=true)
['é', 'z', 'e', 'Z', 'É', '🙂', '\uffff']|sort
['🙂', '\uffff', 'a']|sort|join|length
['\uff21', '😀']|sort(case_sensitive=true)
['10', '9', '1']|sort
people|sort(attribute='name')|map(attribute='name')|list
people|sort(attribute='name', case_sensitive=true)|map(attribute='name')|list
people|sort(attribute='city.name')|map(attribute='name')|list
people|sort(attribute='city.name,name')|map(attribute='name')|list
people|sort(attribute='city.name,name', reverse=true)|map(attribute='name')|list
people|sort(attribute='age')
people[:2]|sort(attribute='age')|map(attribute='name')|list
people|sort(false, false, 'name')|map(attribute='name')|list
pairs|sort
pairs|sort(attribute=0)
pairs|sort(attribute='0')
pairs|sort(attribute='0,1')
pairs|sort(attribute=1, reverse=true)
pairs|sort(attribute=0, reverse=true)
[1, 'a']|sort
[1, none]|sort
[none, none]|sort
[missing, 1]|sort
[missing, missing]|sort
[true, false, 0, 2]|sort
[1, 1.0, true]|sort
[1.0, true, 1]|sort(reverse=true)
[[2], [1, 5], [1]]|sort
[{'a': 1}, {'b': 1}]|sort
[{'a': 1}]|sort
'hello'|sort
'bAaB'|sort|join
data|sort
(3, 1, 2)|sort
[('b', 2), ('a', 3), ('B', 1)]|sort
data.items()|sort
[10, 9, 1, 100]|sort
[9007199254740993, 9007199254740992, 9007199254740992.0]|sort
three|sort
missing|sort
nothing|sort
== filter string
three|string
1.0|string
1e100|string
true|string
none|string
missing|string
names|string
data|string
'<'|safe|string is escaped
'<'|string is escaped
three|string + 'x'
[1, 'a']|string|length
== filter striptags
'<p>a  b</p>\n <b>c</b>'|striptags
'a &amp; b &lt;i&gt; &eacute; &#65; &#x1F642; &nbsp;x'|striptags
'<!-- c <b> --> x'|striptags
'a < b > c'|striptags
'a <b'|striptags
'<a><b></b>'|striptags
'<a href=">">x</a>'|striptags
'<p>'|safe|striptags
'<'|e|striptags
'x<!-- -->y<!---->z'|striptags
'x<!-- unclosed'|striptags
5|striptags
== filter sum
numbers|sum
numbers|sum(start=100)
[]|sum
[]|sum(start='x')
people[:2]|sum('age')
people[:2]|sum(attribute='age')
people|sum(attribute='age')
people[:2]|sum('age', 100)
people[:2]|sum(attribute='age', start=0.5)
pairs|sum(attribute=1)
[[1], [2]]|sum(start=[])
[[1], [2]]|sum
['a', 'b']|sum
['a', 'b']|sum(start='')
[0.1, 0.2, 0.3]|sum
[0.1]*10|sum
([0.1]*10)|sum
[1e16, 1, -1e16]|sum
[true, true]|sum
[9007199254740992, 1]|sum
range(101)|sum
missing|sum
[missing, 1]|sum
[none]|sum
== filter title
"they're bill's friends"|title
'x-ray foo_bar 3rd a.b (foo) [bar] {baz} <qux> a/b'|title
'ßa ßB'|title
'ǆabc ŉx'|title
'éCOLE été'|title
'hello\nworld\tfoo\u3000bar\xa0baz'|title
'🙂abc a🙂bc'|title
'ABC DEF'|title
'1a2b'|title
'a  b'|title
12|title
none|title
['a b', 'c']|title
'(hello)world'|title
== filter tojson
none|tojson
true|tojson
1|tojson
1.0|tojson
1e16|tojson
1e-7|tojson
1e100|tojson
'inf'|float|tojson
'nan'|float|tojson
9007199254740993|tojson
(2**70)|tojson
(-0.0)|tojson
'a"b\\c/d'|tojson
'é🙂\u2028\u2029\x7f\x00\x1f\b\f\n\r\t'|tojson
'é🙂\u2028\x7f'|tojson(true)
'é🙂'|tojson(ensure_ascii=true)
'<>&\''|tojson
[]|tojson
{}|tojson
[]|tojson(indent=2)
{}|tojson(indent=2)
[[], {}, [[]]]|tojson(indent=2)
data|tojson
data|tojson(indent=2)
data|tojson(indent=0)
data|tojson(indent='--')
data|tojson(indent='\t')
data|tojson(indent=-1)
data|tojson(indent=true)
data|tojson(indent=none)
data|tojson(indent=1.5)
data|tojson(indent=4, sort_keys=true)
data|tojson(sort_keys=true)
data|tojson(separators=(',', ':'))
data|tojson(separators=(', ', ' = '))
data|tojson(separators=[',', ':'])
data|tojson(separators=',:')
data|tojson(separators=none)
data|tojson(separators=(',',))
data|tojson(separators=(',', ':'), indent=2)
data|tojson(indent=2, separators=(', ', ': '))
data|tojson(false, 2)
data|tojson(false, 2, (';', '='), true)
data|tojson(false, 2, (';', '='), true, 1)
data|tojson(nope=1)
(1, 2)|tojson
((1,), ())|tojson
{1: 'a', true: 'b'}|tojson
{2: 'a', none: 'c', false: 'd', 1.5: 'e', 1e16: 'f'}|tojson
{(1, 2): 'a'}|tojson
{1: 'a', 'b': 2}|tojson(sort_keys=true)
{2: 'a', 10: 'b'}|tojson(sort_keys=true)
{'é': 1, 'z': 2, '🙂': 3, '\uffff': 4}|tojson(sort_keys=true)
{'a': missing}|tojson
missing|tojson
namespace(a=1)|tojson
range(3)|tojson
range(3)|list|tojson
data.items()|tojson
data.items()|list|tojson
data.keys()|tojson
data.values()|list|tojson
data|items|list|tojson
names|map('upper')|tojson
names|map('upper')|list|tojson
'<b>'|safe|tojson
'<b>'|e|tojson
['<b>'|safe]|tojson
{'<k>'|safe: 1}|tojson
keyed|tojson
odd_keys|tojson
mixed|tojson
tools|tojson
tools|tojson(indent=4)
messages[2].tool_calls|tojson
messages[2].tool_calls[0].function.arguments|tojson
messages|tojson|length
data|tojson is escaped
data|tojson ~ '<'
'a' ~ data|tojson
data|tojson|length
data|tojson|upper
people|groupby('city.name')|tojson
cycler|tojson
text.upper|tojson
== filter trim
'  a '|trim
'xxaxx'|trim('x')
'xyaxy'|trim(chars='xy')
'\u3000\xa0 a\x1c\x85'|trim
bom|trim|length
'  a '|trim(none)
'  a '|trim('')
'🙂a🙂'|trim('🙂')
'  a '|trim(1)
5|trim
none|trim
missing|trim
[' ']|trim
' <b> '|safe|trim is escaped
'\x00a\x00'|trim|length
'\u200ba'|trim|length
spaces|trim|length
== filter truncate
sentence|truncate
sentence|truncate(20)
sentence|truncate(20, true)
sentence|truncate(20, killwords=true)
sentence|truncate(length=20, end='…')
sentence|truncate(20, false, '…')
sentence|truncate(20, true, '')
sentence|truncate(20, true, '…', 0)
sentence|truncate(20, leeway=100)
sentence|truncate(72)
sentence|truncate(71)
sentence|truncate(70, leeway=6)
sentence|truncate(2)
sentence|truncate(3)
sentence|truncate(3, true)
sentence|truncate(0, end='')
sentence|truncate(-1)
sentence|truncate(-1, true, '')
'foo bar baz qux'|truncate(9)
'foo bar baz qux'|truncate(9, true)
'foo bar baz qux'|truncate(11)
'foo bar baz qux'|truncate(11, false, '...', 0)
'foobarbazqux'|truncate(6, leeway=0)
'🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂'|truncate(5, true, '', 0)
'a\nb c d e f g h i'|truncate(6, leeway=0)
'short'|truncate(255)
12345678901|truncate(5, true, '', 0)
sentence|truncate('x')
sentence|truncate(20, end=5)
names|truncate(3)
missing|truncate(3)
== filter unique
names|unique|list
names|unique(true)|list
names|unique(case_sensitive=true)|list
numbers|unique|list
[1, 1.0, true, '1']|unique|list
['a', 'A', 'b']|unique|join
people|unique(attribute='city.name')|map(attribute='name')|list
people|unique(false, 'city.name')|map(attribute='name')|list
people|unique(attribute='age')|map(attribute='name')|list
pairs|unique(attribute=0)|list
pairs|unique|list
[none, none, 1]|unique|list
[missing, missing]|unique|list|length
[(1, 2), (1, 2)]|unique|list
[{}]|unique|list
'hello'|unique|join
'ßSS'|unique|list
['ß', 'SS', 'ẞ']|unique|list
== filter upper
'ß ŉ ﬁ ǆ ı é'|upper
12.5|upper
none|upper
['a', 'é']|upper
'<b>&amp;'|safe|upper
== filter urlencode
'a b/c?d=e&f'|urlencode
'é日🙂'|urlencode
"-_.~!*'()"|urlencode
'+%'|urlencode
'\n\t'|urlencode
{'a': 1, 'b c': 'd&e'}|urlencode
{'a/b': '/x'}|urlencode
[('a', 1), ('b', 'x y')]|urlencode
pairs|urlencode
{'a': none, 'b': true, 'c': [1]}|urlencode
{}|urlencode
12|urlencode
1.5|urlencode
none|urlencode
missing|urlencode
names|urlencode
['ab', 'cd']|urlencode
'<b>'|safe|urlencode
data.items()|urlencode
'a'|urlencode(1)
== filter urlize
link|urlize
link|urlize(20)
link|urlize(trim_url_limit=10)
link|urlize(nofollow=true)
link|urlize(20, true)
link|urlize(target='_blank')
link|urlize(target='"x"')
link|urlize(rel='nofollow me')
link|urlize(rel='')
'(https://example.com) <https://example.com/x>'|urlize
'https://example.com/(a)_b).'|urlize
'http://a.b example.com foo.org x.net y.info'|urlize
'ftp://example.com tel:123 mailto:a@example.com'|urlize
'tel:123'|urlize(extra_schemes=['tel:'])
'x-y:1'|urlize(extra_schemes=['x-y:'])
'1:2'|urlize(extra_schemes=['1 2:'])
'tel:123'|urlize(extra_schemes='tel:')
markup|urlize
'https://example.com/ä🙂'|urlize
'a@b a@b.c me@example.com,'|urlize
'HTTPS://EXAMPLE.COM'|urlize
'https://user@example.com:80/x'|urlize
'<a>'|safe|urlize
5|urlize
'  https://example.com\n\tx'|urlize
'"https://example.com"'|urlize
'https://example.com?a=<b>'|urlize
== filter wordcount
'a b  c'|wordcount
"don't x-ray foo_bar 3.5"|wordcount
'日本語 テキスト'|wordcount
'é è'|wordcount
'🙂'|wordcount
'e\u0301a'|wordcount
''|wordcount
5|wordcount
none|wordcount
names|wordcount
== filter wordwrap
sentence|wordwrap
sentence|wordwrap(20)
sentence|wordwrap(width=20)
sentence|wordwrap(20, wrapstring='|')
sentence|wordwrap(20, true, '|')
sentence|wordwrap(6, false, '|')
sentence|wordwrap(6, true, '|')
sentence|wordwrap(break_long_words=false, width=6)
sentence|wordwrap(10, break_on_hyphens=false, wrapstring='|')
sentence|wordwrap(10, true, '|', true)
'a-b-c d-e'|wordwrap(3, wrapstring='|')
'a-b-c d-e'|wordwrap(3, wrapstring='|', break_on_hyphens=false)
'a\n\nb c d e'|wordwrap(3)
'a b\nc d\n'|wordwrap(3)
'a  b   c'|wordwrap(3, wrapstring='|')
'  lead and trail  '|wordwrap(8, wrapstring='|')
'tab\there and there'|wordwrap(8, wrapstring='|')
'🙂🙂🙂🙂🙂'|wordwrap(2, wrapstring='|')
'日本語日本語'|wordwrap(4, wrapstring='|')
'abcdefghij'|wordwrap(4, wrapstring='|')
'abcdefghij'|wordwrap(4, false, '|')
'ab cdefghij kl'|wordwrap(4, wrapstring='|')
'a—b--c---d e'|wordwrap(4, wrapstring='|')
'a b'|wordwrap(0)
'a b'|wordwrap(-1)
''|wordwrap(5)
lines|wordwrap(5, wrapstring='|')
5|wordwrap(5)
none|wordwrap(5)
== filter xmlattr
{'a': 1, 'b': 'x"<>&'}|xmlattr
{'a': none, 'b': missing, 'c': '', 'd': false, 'e': 0}|xmlattr
{'a': 1}|xmlattr(false)
{'a': 1}|xmlattr(autospace=false)
{'a b': 1}|xmlattr
{'a/b': 1}|xmlattr
{'a>b': 1}|xmlattr
{'a=b': 1}|xmlattr
{'a"b': 1}|xmlattr
{'ä': '<'|safe}|xmlattr
{}|xmlattr
{1: 2}|xmlattr
{'a': [1, '<']}|xmlattr
{'a': 1}|xmlattr is escaped
names|xmlattr
== filters in general
text|nope
text|nope if false else 'x'
text|upper|lower|title
text | upper
text|upper()
text|upper(nope=1)
(text|upper)[0]
text|upper[0]
text|length + 1
1 + text|length
-5|abs
not text|length
text|length > 3
text|length in [11]
'a' ~ 'b'|upper
('a' ~ 'b')|upper
text|replace('l', 'L')|length
[1, 2]|first|string ~ 'x'
text.split()|map('first')|join
names|map('lower')|unique|sort|join(',')
data|dictsort|map('first')|join
text|filter.x
text|
|upper
text||upper
text|'upper'
text|3
text|upper|
text|replace(*['l', 'L'])
text|replace(**{'old': 'l', 'new': 'L'})
text|replace('l', *['L', 1])
text|replace(old='l', 'L')
text|default(default_value='x', default_value='y')
numbers|sort(**{'reverse': true})
namespace(a=1)|abs
namespace(a=1)|default('d') is string
namespace(a=1)|dictsort
namespace(a=1)|first
namespace(a=1)|float
namespace(a=1)|int
namespace(a=1)|items|list
namespace(a=1)|join
namespace(a=1)|last
namespace(a=1)|map('upper')|list
namespace(a=1)|reverse|list
namespace(a=1)|round
namespace(a=1)|sort
namespace(a=1)|sum
namespace(a=1)|unique|list
[namespace(a=1), namespace(a=2)]|map(attribute='a')|list
[namespace(a=1), namespace(a=2)]|selectattr('a', 'gt', 1)|list|length
[namespace(a=2), namespace(a=1)]|sort(attribute='a')|map(attribute='a')|list
"""

TEST_ARGUMENTS = r"""
== tests in general
3 is odd
3 is not odd
not 3 is odd
3 is odd and 4 is even
3 is odd or 1 / 0
3 is divisibleby 3
3 is divisibleby(2)
9 is divisibleby 3 and true
9 is divisibleby 3 + 1
(9 is divisibleby 3) ~ 'x'
9 is divisibleby 3 ~ 'x'
9 is divisibleby
9 is divisibleby(0)
9 is divisibleby(2.5)
9.0 is divisibleby(3)
9 is divisibleby('3')
9 is divisibleby(num=3)
9 is divisibleby(3, 4)
(-9) is divisibleby(3)
-9 is odd
-1 is odd
(-1) is odd
2.0 is even
2.5 is odd
3.0 is odd
true is odd
'3' is odd
'%s' is odd
'%d' is even
3 is sameas 3
3 is sameas 3.0
true is sameas true
true is sameas 1
none is sameas none
false is sameas false
yes is sameas true
no is sameas false
no is sameas yes
nothing is sameas none
names is sameas names
names is sameas(names)
[] is sameas []
3 is in [1, 3]
3 is in([1, 3])
3 is not in [1, 3]
not 3 is in [1, 3]
'a' is in 'abc'
'a' is in {'a': 1}
3 is in 'abc'
3 is in 3
3 is in missing
3 is in none
'x' is in range(3)
2 is in range(3)
2.0 is in range(3)
true is in [1]
none is in [none]
missing is in [missing]
text is in names
text is eq 'hello World'
text is equalto('hello World')
text is == 'hello World'
3 is == 3
3 is != 4
3 is > 2
3 is >= 3
3 is < 2
3 is <= 2
3 is gt 2
3 is lt 2
3 is ge 3
3 is le 2
3 is ne 3
3 is greaterthan 2
3 is lessthan 2
3 is eq(3.0)
3 is eq('3')
'a' is lt 'B'
'a' is gt 3
1 is eq true
none is eq none
missing is eq missing
missing is eq none
[1] is eq [1.0]
{} is eq {}
'upper' is filter
'nope' is filter
'd' is filter
'tojson' is filter
3 is filter
'odd' is test
'nope' is test
'==' is test
none is test
[] is test
[] is filter
text.upper is callable
text.nope is callable
range is callable
namespace is callable
raise_exception is callable
strftime_now is callable
dict is callable
cycler('a') is callable
cycler('a').next is callable
joiner() is callable
lipsum is callable
loop is defined
self is defined
data is mapping
data.items() is mapping
data.items() is iterable
data.items() is sequence
data.keys() is sequence
data|items is sequence
data|items is iterable
names|map('upper') is iterable
names|map('upper') is sequence
names is sequence
text is sequence
text is iterable
data is sequence
(1, 2) is sequence
range(3) is sequence
names is sequence and names is not string and names is not mapping
cycler('a') is sequence
range is iterable
'' is lower
'' is upper
'a1' is lower
'A1' is upper
'1' is upper
'Ab' is lower
3 is lower
'ß' is lower
'ǅ' is upper
'É' is upper
none is lower
1 is boolean
true is boolean
0 is false
1 is true
true is true
false is false
'' is false
none is false
true is integer
1 is integer
1.0 is integer
1.0 is float
true is number
1.5 is number
'1' is number
2**70 is integer
'inf'|float is number
1 is none
none is none
none is None
None is none
missing is none
missing is undefined
missing is defined
missing is not defined
missing.a is defined
missing.a.b is defined
data.nope is defined
data.nope.b is defined
data.a is defined
data['a'] is defined
data['nope'] is defined
nothing is defined
nothing.x is defined
nothing.x.y is defined
none is defined
names[0] is defined
names[10] is defined
names['x'] is defined
text.upper is defined
text.nope is defined
text[0] is defined
text[99] is defined
(missing) is defined
'a' is string
('a'|safe) is string
'a'|safe is escaped
'a'|e is escaped
'a' is escaped
3 is nope
3 is
is odd
3 is not
3 is odd is true
3 is odd()
3 is odd(1)
3 is odd 1
3 is odd.x
3 is 'odd'
3 is not not odd
3 is nope if false else 'x'
text is string ~ 'x'
three is defined == true
three is number in [true]
three is divisibleby three
three is divisibleby three.real
three is in numbers[:1]
three is in [3] + [4]
data.a is eq data.a
three is eq -3
three is eq (3)
three is eq not 3
three is defined if true
three is odd if true else 'x'
[three is odd, three is even]
three is divisibleby 3 is true
'x' if three is not defined else 'y'
3 is sameas(a)
3 is in(a=1)
3 is divisibleby *[3]
3 is divisibleby(*[3])
"""

METHODS = r"""
== method of text: case
'HELLO wORLD'.capitalize()
'hello world'.title()
"they're x-ray 3rd".title()
'Straße ΑΣ'.casefold()
'Straße'.upper().lower()
'aB1ßÉ'.swapcase()
'ǆ'.title() ~ 'ǆ'.upper() ~ 'ǅ'.swapcase()
'ΌΔΟΣ ΌΔΟΣ.'.lower()
'a.b c_d e1f'.title()
'ŉ ﬁ ΐ'.title()
text.upper(1)
text.upper(x=1)
== method of text: padding
'[' ~ 'ab'.center(5) ~ ']'
'[' ~ 'ab'.center(6) ~ ']'
'[' ~ 'abc'.center(6) ~ ']'
'[' ~ 'abc'.center(8) ~ ']'
'ab'.center(6, '*')
'ab'.center(5, '🙂')
'ab'.center(6, '**')
'ab'.center()
'ab'.center('6')
'ab'.center(width=6)
'[' ~ 'ab'.ljust(5) ~ ']'
'ab'.ljust(5, '.')
'ab'.ljust(1)
'[' ~ 'ab'.rjust(5) ~ ']'
'ab'.rjust(5, '.')
'🙂'.rjust(3, '.')
'42'.zfill(5)
'-42'.zfill(5)
'+42'.zfill(5)
'--42'.zfill(6)
'abc'.zfill(2)
''.zfill(3)
'🙂'.zfill(3)
'a\tb\tc'.expandtabs()
'a\tb\tc'.expandtabs(4)
'a\tb\tc'.expandtabs(tabsize=2)
'ab\n\tc'.expandtabs(4)
'a\tb'.expandtabs(0)
'🙂\tb'.expandtabs(4)
== method of text: searching
'banana'.count('a')
'banana'.count('an')
'banana'.count('ana')
'banana'.count('')
''.count('')
'banana'.count('a', 2)
'banana'.count('a', 2, 4)
'banana'.count('a', -3)
'banana'.count('a', -3, -1)
'banana'.count('a', none, 4)
'banana'.count('', 3, 5)
'banana'.count('', 10)
'banana'.count(1)
'banana'.count()
'banana'.find('an')
'banana'.find('an', 2)
'banana'.find('an', 2, 4)
'banana'.find('x')
'banana'.find('')
'banana'.find('', 6)
'banana'.find('', 7)
'banana'.find('a', -1)
'🙂🙂b'.find('b')
'🙂🙂b'.index('b')
'banana'.rfind('an')
'banana'.rfind('an', 0, 4)
'banana'.rfind('')
'banana'.rfind('x')
'banana'.index('n')
'banana'.index('x')
'banana'.index('n', 3)
'banana'.index('n', 5)
'banana'.rindex('n')
'banana'.rindex('x')
'banana'.rindex('n', 0, 3)
'banana'.find('a', start=2)
'banana'.startswith('ba')
'banana'.startswith('na')
'banana'.startswith('na', 2)
'banana'.startswith('na', 2, 3)
'banana'.startswith(('x', 'b'))
'banana'.startswith(['x', 'b'])
'banana'.startswith('')
'banana'.startswith('', 6)
'banana'.startswith('', 7)
'banana'.startswith(())
'banana'.startswith(1)
'banana'.startswith(none)
'banana'.startswith(missing)
'banana'.startswith()
'banana'.startswith(prefix='b')
'banana'.endswith('na')
'banana'.endswith('ba')
'banana'.endswith('n', 0, 5)
'banana'.endswith('n', -6, -1)
'banana'.endswith(('x', 'a'))
'banana'.endswith('')
'🙂b'.startswith('🙂')
'🙂b'.endswith('b', 1)
== method of text: stripping
'  a b  '.strip() ~ '|'
'  a b  '.lstrip() ~ '|'
'  a b  '.rstrip() ~ '|'
'xyaxy'.strip('xy')
'xyaxy'.lstrip('xy')
'xyaxy'.rstrip('yx')
'xyaxy'.strip('')
'  a '.strip(none)
' a '.strip(' a')
'\n\na\n'.strip('\n')
'\r\n a\r\n'.strip()
'a🙂b'.strip('b🙂')
'a-b'.strip('a-b')
'[a]'.strip('[]')
'^a$'.strip('^$')
'\\a\\'.strip('\\')
'  a '.strip(1)
'  a '.strip(' ', 1)
'  a '.strip(chars=' ')
'  a '.strip(missing)
'\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2028\u2029\u202f\u205f\u3000a'.strip()
'\ufeff\u200b\u180ea'.strip()|length
'\x00a'.strip()|length
'prefix-a'.removeprefix('prefix-')
'prefix-a'.removeprefix('x')
'prefix-a'.removeprefix('')
'aaa'.removeprefix('a')
'a.txt'.removesuffix('.txt')
'a.txt'.removesuffix('')
'a.txt'.removesuffix('x')
'a.txt'.removesuffix(1)
'a.txt'.removesuffix()
== method of text: splitting
'a b  c'.split()
' a  b\n\tc '.split()
''.split()
' '.split()
''.split(',')
'a,b,c'.split(',')
'a,,c'.split(',')
',a,'.split(',')
'a,b,c'.split(',', 1)
'a,b,c'.split(',', 0)
'a,b,c'.split(',', -1)
'a,b,c'.split(',', maxsplit=1)
'a,b,c'.split(sep=',')
'a,b,c'.split(sep=',', maxsplit=1)
'a b c d'.split(none, 2)
' a  b  c '.split(none, 1)
' a  b  c '.split(maxsplit=1)
' a  b  c '.split(maxsplit=0)
' a  b  c '.rsplit(maxsplit=1)
' a  b  c '.rsplit(none, 0)
'a b'.split('')
'a b'.split(1)
'a b'.split(' ', '1')
'a b'.split(' ', none)
'a b'.split(' ', 1, 2)
'a b'.split(missing)
'a--b-c'.split('--')
'aaaa'.split('aa')
'a🙂b'.split('🙂')
'a\x1cb\x85c\xa0d\u3000e\ufefff\u200bg'.split()
'a.b.c'.rsplit('.', 1)
'a.b.c'.rsplit('.')
'a.b.c'.rsplit('.', maxsplit=1)
'a.b.c'.rsplit('.', 0)
'aaa'.rsplit('aa', 1)
'aaa'.split('aa', 1)
'a.b.c'.rsplit('')
'a.b.c'.partition('.')
'a.b.c'.partition('x')
'a.b.c'.partition('')
'a.b.c'.partition()
'a.b.c'.partition(1)
'aaa'.partition('aa')
'aaa'.rpartition('aa')
'a.b.c'.rpartition('.')
'a.b.c'.rpartition('x')
'a\nb'.splitlines()
'a\nb\n'.splitlines()
'a\n\nb\n\n'.splitlines()
''.splitlines()
'\n'.splitlines()
'a\r\nb\rc\n\rd'.splitlines()
'a\r\nb\rc\n\rd'.splitlines(true)
'a\nb'.splitlines(keepends=true)
'a\nb'.splitlines(false)
'a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i\x1fj'.splitlines()
'a\nb'.splitlines(1)
'a\nb'.splitlines('x')
lines.splitlines()
lines.splitlines(true)
'a b c'.split()[-1]
'a b c'.split(' ')[0:2]
== method of text: joining and replacing
', '.join(['a', 'b'])
', '.join(('a', 'b'))
'-'.join('a🙂b')
''.join([])
','.join({'a': 1, 'b': 2})
','.join([1, 2])
','.join(['a', none])
','.join(['a', missing])
','.join('<b>'|safe)
','.join(names|map('upper'))
','.join(names|select('lower'))
','.join(data.keys())
','.join(three)
','.join()
'hello'.replace('l', 'L')
'hello'.replace('l', 'L', 1)
'hello'.replace('l', 'L', 0)
'hello'.replace('l', 'L', -1)
'hello'.replace('', '.')
'hello'.replace('', '.', 3)
''.replace('', '.')
'🙂b'.replace('', '.')
'hello'.replace('l', '')
'hello'.replace('l')
'hello'.replace('l', 1)
'hello'.replace(old='l', new='L')
'hello'.replace('l', 'L', count=1)
'a.b'.replace('.', '$1$&')
'a\nb'.replace('\n', ' ')
'aaa'.replace('aa', 'b')
'hello'.replace('l', none)
'hello'.translate({104: 'H', 101: none})
'hello'.translate({'h': 'H'})
'hello'.translate({108: 76})
'hello'.translate('x')
'hello'.translate('hel'.maketrans('hel', 'HEL'))
''.maketrans('ab', 'cd')
''.maketrans('ab', 'cd', 'e')
''.maketrans({'a': 'b', 'c': none})
''.maketrans('ab', 'c')
== method of text: format
'{}'.format(1)
'{} {}'.format('a', 'b')
'{1} {0}'.format('a', 'b')
'{a} {b}'.format(a=1, b=2)
'{0} {a}'.format('x', a=1)
'{} {0}'.format('a')
'{0} {}'.format('a')
'{} {}'.format('a')
'{a}'.format()
'{a}'.format(b=1)
'{{}}'.format()
'{'.format()
'}'.format()
'{a'.format(a=1)
'{0!r}'.format('a\'b')
'{0!s}'.format(none)
'{0!a}'.format('é🙂')
'{0!x}'.format(1)
'{!r:>6}'.format('a')
'{:{}}|'.format('a', 4)
'{:{:{}}}|'.format('a', 'b', 4)
'{:>5}|'.format('ab')
'{:<5}|'.format('ab')
'{:^5}|'.format('ab')
'{:*^6}|'.format('ab')
'{:5}|'.format('ab')
'{:5}|'.format(42)
'{:>5}|'.format(42)
'{:<5}|'.format(42)
'{:05}'.format(-42)
'{:=+5}'.format(42)
'{:+}'.format(42)
'{: }'.format(42)
'{:,}'.format(1234567)
'{:_}'.format(1234567)
'{:,.2f}'.format(1234567.891)
'{:.2f}'.format(2)
'{:.2f}'.format(2.675)
'{:.0f}'.format(2.5)
'{:.3}'.format(3.14159)
'{:.3}'.format('abcdef')
'{:g}'.format(0.00001)
'{:g}'.format(1000000.0)
'{:e}'.format(12345.678)
'{:%}'.format(0.256)
'{:.1%}'.format(0.256)
'{:x} {:X} {:#x} {:o} {:b} {:#b}'.format(255, 255, 255, 8, 5, 5)
'{:c}'.format(128578)
'{:d}'.format(3.5)
'{:d}'.format('x')
'{:s}'.format(3)
'{:n}'.format(1234)
'{:>5}'.format(none)
'{}'.format(none)
'{:>5}'.format(true)
'{}'.format(true)
'{:d}'.format(true)
'{}'.format([1, 'a'])
'{:5}'.format([1])
'{}'.format(1e16)
'{}'.format(8.0)
'{:5}|'.format(8.0)
'{:.1f}'.format(0.25)
'{0[a]}'.format(data)
'{0[0]}'.format(names)
'{d[a]}'.format(d=data)
'{0.real}'.format(3)
'{0.a}'.format(data)
'{0.nope}'.format('x')
'{0[nope]}'.format(data)
'{0[9]}'.format(names)
'{0.__class__}'.format(1)
'{0.upper}'.format('x') is string
'{:{}}|'.format('a', 5)
'{:{w}.{p}f}|'.format(3.14159, w=8, p=2)
'{}'.format(missing)
'{!r}'.format(missing)
'{:5}|'.format(missing)
'{:>3}|'.format('🙂')
'{:z}'.format(1)
'{a}'.format_map({'a': 1})
'{a}'.format_map(data)
'{nope}'.format_map(data)
'{0}'.format_map(data)
'{}'.format('<b>')
'{}'.format('<b>'|safe)
text.format(1)
== method of text: others
'a'.encode() is string
text.nope()
text.nope
text.length
text.len()
text.toUpperCase()
text.trim()
text.__class__
text.__len__()
text.__class__.x
''.join
'a'.isalpha(1)
'ab'.index
(text.upper)()
text['upper']()
text['nope']
text.upper().lower().title()
text.upper()[0:3].lower()
'a' 'b'.upper()
('a' 'b').upper()
'%s'.upper() % 1
text.count('l') + 1
text.isupper
== method of dict
data.get('a')
data.get('nope')
data.get('nope') is none
data.get('nope', 'd')
data.get('nope', default='d')
data.get('a', 'd')
data.get('nested').deep
data.get('nope').x
data.get('nope').x.y
data.get()
data.get(1)
data.get(none)
data.get([1])
{1: 'a'}.get(1)
{1: 'a'}.get('1')
{1: 'a'}.get(1.0)
{1: 'a'}.get(true)
data.items()
data.keys()
data.values()
data.items()|list
data.keys()|list
data.values()|list
{}.items()
{}.keys()
{}.values()|list
data.items()|length
data.keys() == {'a': 1}.keys()
'a' in data.keys()
1 in data.values()
('a', 1) in data.items()
data.keys()[0]
data.items()[0]
data.copy()
data.copy() == data
data.copy() is sameas data
data.nope()
data.nope
data.a()
data.has_key('a')
data.pop('a')
data.popitem()
data.update({'x': 1})
data.setdefault('x', 1)
data.clear()
data.__getitem__('a')
data.__len__
data.fromkeys(['a', 'b'])
data.fromkeys(['a'], 0)
odd_keys.items is callable
odd_keys['items'] is callable
odd_keys.get is callable
odd_keys.items()
odd_keys['items']
odd_keys.keys()
odd_keys['keys']
odd_keys.length
odd_keys.constructor
odd_keys.get('get')
odd_keys['get']
odd_keys[''] ~ odd_keys['a b']
odd_keys|length
odd_keys|attr('items') is callable
{}.constructor
{}.toString
{}.hasOwnProperty
{}['constructor']
data.__proto__
{'__proto__': 1}
{'__proto__': 1}['__proto__']
'constructor' in {}
'toString' in data
{}.get('constructor')
{}|length
keyed['0'] ~ keyed['10']
keyed[0]
keyed.x
keyed|list
(keyed.keys()|list)[0] is string
== method of list
names.count('bob')
[1, 1.0, true, '1'].count(1)
names.count('x')
names.count()
names.index('carol')
names.index('x')
numbers.index(1)
numbers.index(1, 2)
numbers.index(1, 2, 4)
numbers.index(10, -3)
[none, 1].index(none)
[[1], [2]].index([2])
names.copy()
names.copy() == names
names.append('x')
names.extend(['x'])
names.insert(0, 'x')
names.pop()
names.pop(0)
names.remove('bob')
names.reverse()
names.sort()
names.clear()
names.nope()
names.nope
names.length
names.push('x')
names.append
names.join(',')
names.__len__()
[].append(1)
(1, 2, 1).count(1)
(1, 2, 1).index(2)
(1, 2, 1).index(9)
(1, 2).append(3)
range(5).count(3)
range(5).index(3)
range(5).start ~ range(5).stop ~ range(5).step
range(5).index(9)
== method of number
3.0.is_integer()
(2.5).is_integer()
8.0.is_integer()
three.bit_length()
255.bit_length()
(255).bit_length()
(0).bit_length()
(-8).bit_length()
(7).bit_count()
three.is_integer()
(2.5).as_integer_ratio()
(3).as_integer_ratio()
(3).conjugate()
(3).numerator ~ (3).denominator
(2.5).real ~ (2.5).imag
true.real
true.bit_length()
(2.5).hex()
three.nope
three.nope()
three.upper()
yes.upper()
nothing.upper()
nothing.x
nothing.x is defined
nothing['x']
3.real
fraction.is_integer()
(10).to_bytes(2, 'big') is string
(2.5).__round__()
== calling
text()
three()
nothing()
names()
data()
missing()
data.nope()
'a'()
none()
true()
[]()
data.items('x')
text.upper(*[])
text.split(*[' '])
text.split(*[' ', 1])
text.split(**{'sep': ' '})
text.split(*[], **{'maxsplit': 1})
text.split(' ', **{'maxsplit': 1})
text.split(' ', *[1])
text.split(sep=' ', maxsplit=1)
text.split(sep=' ', sep='l')
text.split(sep=' ', 1)
text.split(' ', )
text.split(, )
text.split(' ' 1)
text.split(*three)
text.split(**names)
range(*[1, 5])|list
range(*[1], *[5])|list
dict(**data)
dict(**{'a': 1}, **{'b': 2})
dict(a=1, **{'b': 2})
text.split (' ')
text . split(' ')
text. upper()
text .upper()
text
"""

OPERATORS = r"""
== operator +
1 + 2
1 + 2.0
0.1 + 0.2
'a' + 'b'
'a' + 1
1 + 'a'
[1] + [2]
[1] + (2,)
(1,) + (2,)
(1,) + [2]
{} + {}
none + 1
true + true
true + 1.5
1 + none
'a' + none
'a' + missing
missing + 'a'
missing + 1
missing + missing
[1] + missing
range(2) + [1]
[1] + names
'a' + 'b'|upper
9007199254740992 + 1
9007199254740993 + 0
99999999999999999999 + 1
9007199254740993 + 1.0
1e308 + 1e308
+3
+true
+'a'
+none
+missing
+fraction
+ +3
== operator -
3 - 5
3 - 5.0
5 - -3
5 - - 3
3-1
three-1
three -1
'a' - 'b'
[1] - [1]
true - 1
-three
-fraction
--three
- -three
-true
-false
-none
-'a'
-[1]
-missing
-0
-0.0
-(1)
-three + 5
0 - 9007199254740993
-9223372036854775808 - 1
data.keys() - ['a', 'C', 'nested']
data.keys() - data.keys()
== operator *
3 * 4
3 * 2.5
'ab' * 3
3 * 'ab'
'ab' * 0
'ab' * -1
'ab' * true
'ab' * 2.0
'ab' * 'c'
[1, 2] * 2
2 * [1]
[1] * 0
[1] * -1
[1] * 1.5
(1,) * 3
{} * 2
none * 2
missing * 2
2 * missing
'🙂' * 2
true * 3
true * true
9007199254740993 * 3
123456789 * 123456789 * 123456789
94906267 * 94906267
1e200 * 1e200
-1e200 * 1e200
0 * -1.5
'<'|safe * 2
'-' * 10
== operator /
6 / 3
7 / 2
1 / 3
-7 / 2
1 / 0
1.0 / 0
0 / 5
0 / -5
1e300 / 1e-300
7 / true
7 / false
'a' / 2
[1] / 2
none / 2
6 / 3.0
9007199254740993 / 1
2**70 / 3
10 / 4 / 2
10 / (4 / 2)
100 / 10
1 / 10
2 / 3
1e16 / 3
(6 / 3)|int
(6 / 3) == 2
== operator //
7 // 2
-7 // 2
7 // -2
-7 // -2
(-7) // 2
7.5 // 2
-7.5 // 2
7 // 2.0
-7 // 2.0
7 // 0
7.0 // 0
0 // 3
0 // -3
0.0 // -3
1 // 3
-1 // 3
-1 // 3.0
1e20 // 3
9007199254740993 // 2
-9007199254740993 // 2
2**70 // 3
true // 1
'a' // 2
7 // true
6 // 0.1
1 // 0.1
missing // 2
== operator %
7 % 3
-7 % 3
7 % -3
-7 % -3
(-7) % 3
7.5 % 2
-7.5 % 2
7.5 % -2
-7.5 % -2
7 % 0
7.0 % 0
0 % 3
0 % -3
0.0 % -3
-0.0 % 3
6.0 % -3
1 % 0.1
5 % 3.0
-1 % 3
-1 % 1e20
9007199254740993 % 10
2**70 % 7
-(2**70) % 7
true % 2
'%s' % 'a'
'%s' % 1
'%s %s' % ('a', 'b')
'%s %s' % ['a', 'b']
'%s' % ['a', 'b']
'%s' % ('a',)
'%s' % ('a', 'b')
'%s %s' % ('a',)
'%s %s' % 'a'
'%(a)s' % {'a': 1}
'%(a)s %(b)s' % data
'%(nope)s' % data
'%(a)s' % 1
'%s' % {'a': 1}
'%d' % 3.9
'%d' % -3.9
'%d' % '3'
'%i' % 3
'%u' % 3
'%f' % 1
'%.2f' % 3.14159
'%.0f' % 0.5
'%.0f' % 1.5
'%.10f' % 0.1
'%8.3f|' % 3.14159
'%-8.3f|' % 3.14159
'%08.3f|' % -3.14159
'%+.1f' % 2
'%e' % 0
'%.3e' % 123456
'%g' % 100000
'%g' % 1000000
'%g' % 1e-5
'%g' % 0.0001
'%.3g' % 1234.5
'%#.3g' % 1
'%x' % 255
'%X' % 255
'%#x' % 255
'%#X' % 255
'%x' % -255
'%x' % 2.5
'%o' % 8
'%#o' % 8
'%c' % 'a'
'%c' % 97
'%c' % 128578
'%c' % 'ab'
'%c' % -1
'%r' % 'a'
'%r' % 'é\n'
'%a' % 'é'
'%r' % none
'%s' % none
'%s' % true
'%d' % true
'%s' % 1.0
'%s' % 1e16
'%5s|' % 'ab'
'%-5s|' % 'ab'
'%05s|' % 'ab'
'%.1s|' % 'ab'
'%5.1s|' % 'ab'
'%5d|' % 42
'%-5d|' % 42
'%05d|' % 42
'%+d' % 42
'% d' % 42
'%.4d' % 42
'%+.4d' % -42
'%*d|' % (5, 42)
'%-*d|' % (5, 42)
'%.*f' % (2, 3.14159)
'%ld' % 42
'%%' % ()
'100%' % ()
'100%' % 1
'100%%' % ()
'% ' % 1
'%y' % 1
'plain' % ()
'plain' % 'a'
'plain' % 1
'plain' % {}
'plain' % {'a': 1}
'plain' % []
'plain' % ['a']
'plain' % none
'plain' % missing
'%s' % missing
'%d' % missing
'%d' % none
'%f' % '1'
'%d' % 99999999999999999999
'%d' % 1e20
'%s' % ('inf'|float)
'%f' % ('inf'|float)
'%d' % ((numeral ~ 'e999')|float)
'%s' % range(3)
'%s' % '🙂'
'%3s|' % '🙂'
'<%s>'|safe % '<'
'%s' % ('<'|safe)
== operator **
2 ** 3
2 ** -1
2 ** 0.5
2.0 ** 3
0 ** 0
0 ** -1
-2 ** 2
(-2) ** 2
2 ** 3 ** 2
2 ** (3 ** 2)
(2 ** 3) ** 2
(-8) ** 3
2 ** 53 + 1
2 ** 64
2 ** 100
10 ** 20
10 ** 16
1.5 ** 100
10.0 ** 400
'a' ** 2
true ** 2
three ** 2
-three ** 2
2 ** -three
2 * 3 ** 2
2 ** 3|string
(-2.0) ** 2
(-2.0) ** 3
(-2.0) ** -2
(-2.0) ** -3
0.5 ** 3
0.5 ** -3
(-0.5) ** 3
0.1 ** 2
0.1 ** -1
2.0 ** -3
2.0 ** 0
== operator ~
1 ~ 2
'a' ~ 'b'
'a' ~ 1 ~ 2.0 ~ none ~ true ~ missing ~ [1] ~ {'a': 'b'}
1 ~ 2 + 3
1 + 2 ~ 3
1 ~ 2 * 3
'a' ~ 'b' == 'ab'
'a' ~ -1
'a' ~ not true
missing ~ missing
none ~ ''
(1 ~ 2) + 'a'
1.0 ~ ''
1e16 ~ ''
'a' ~ ('b' if false)
('<' ~ '>'|safe) is escaped
'<' ~ '>'|safe
'<'|safe ~ '>'
(1 ~ '<'|safe) is escaped
'a' ~
~ 'a'
text~empty~text
"a"~'b'
== comparisons
1 == 1
1 == 1.0
1 == true
0 == false
'1' == 1
'a' == 'a'
'a' == 'A'
[1, 2] == [1, 2]
[1, 2] == [1, 2.0]
[1, 2] == (1, 2)
(1, 2) == (1, 2)
{'a': 1, 'b': 2} == {'b': 2, 'a': 1}
{'a': 1} == {'a': 1.0}
{1: 'a'} == {true: 'a'}
[] == false
'' == false
none == none
none == false
none == 0
none == missing
missing == missing
missing == none
missing == ''
missing == missing.x
[missing] == [missing]
range(3) == range(3)
range(3) == [0, 1, 2]
range(0) == range(5, 5)
'<'|safe == '<'
'&lt;' == '<'|e
'nan'|float == 'nan'|float
9007199254740993 == 9007199254740992
9007199254740993 == 9007199254740992.0
9007199254740992 == 9007199254740992.0
2**70 == 2.0**70
10**20 == 1e20
0.1 + 0.2 == 0.3
'é' == 'e\u0301'
1 != 1
1 != '1'
1 <> 2
1 === 1
1 = 1
1 < 2
1 < 1.5
1 < true
'a' < 'b'
'a' < 'B'
'a' < 'ab'
'é' < 'z'
'\uffff' < '🙂'
'Z' < 'a'
[1, 2] < [1, 3]
[1, 2] < [1, 2, 0]
[1] < [1.5]
[1] < ['a']
['a', 1] < ['b', 'x']
(1, 2) < (2,)
[1] < (2,)
none < 1
none < none
1 < 'a'
'a' < 1
true < 2
{} < {}
{'a': 1} < {'a': 2}
missing < 1
1 < missing
missing > missing
missing <= ''
data.keys() <= data.keys()
1 < 2 < 3
1 < 3 < 2
3 > 2 > 1
1 < 2 == 2
1 == 1 == 1
1 == 1 != 2
1 < 2 in [2]
1 in [1] == true
(1 < 2) == true
1 < 2 == true
1 < 'a' < 2
3 < 2 < 'a'
2 > 1 and 1 > 0
'nan'|float < 1
9007199254740993 > 9007199254740992.0
2**70 > 1e20
1e400 > 10**400
1e400
1 <= 1.0
'a' >= 'a'
1 < =2
1 =< 2
1 >
> 1
== and, or, not
1 and 2
0 and 2
'' and 1
[] and 1
1 or 2
0 or 2
'' or 'b'
none or missing
missing or 'd'
none or 0 or ''
[] or {}
0.0 or '-'
not 1
not 0
not ''
not 'a'
not none
not missing
not []
not {}
not [0]
not 0.0
not not 1
not not ''
not 1 == 2
not (1 and 0)
not 1 and 0
not 0 or 1
1 or 0 and 0
(1 or 0) and 0
1 and 0 or 3
true and false
true or 1/0
false and 1/0
missing and missing.x.y
missing or missing.x
missing is defined and missing.x.y
1 && 2
1 || 2
!1
1 and
or 1
'a' and 'b' ~ 'c'
not 'a' in 'abc'
not 'a' ~ 'b'
-1 or 2
namespace() and 'truthy'
range(0) or 'empty'
('' | safe) or 'empty'
(0,) and 'x'
() or 'x'
== in
1 in [1, 2]
1.0 in [1, 2]
true in [1, 2]
'1' in [1, 2]
'a' in 'abc'
'ac' in 'abc'
'' in 'abc'
'' in ''
'🙂' in emoji
'a' in ['a']
'a' in {'a': 1}
1 in {'a': 1}
1 in {1: 'a'}
1.0 in {1: 'a'}
'b' in data
'nope' in data
2 in data.values()
1 in 'a1'
none in 'abc'
none in [none]
none in {}
missing in [1]
missing in 'abc'
missing in [missing]
missing in {}
1 in missing
1 in none
1 in 1
1 in range(3)
1.5 in range(3)
'a' in range(3)
[1] in [[1]]
[1] in {}
{} in [{}]
('a', 1) in data.items()
1 not in [1]
1 not in [2]
not 1 in [2]
not 1 not in [2]
1 in [1] and 2 in [2]
1 in [2] or 2 in [2]
'a' in 'abc' == true
'x' in names|map('lower')
'bob' in names|map('lower')
'a' in 'b' ~ 'a'
1 in [1] + [2]
'a' not in 'b'
'a' is not in 'b'
'a' in ('a')
'a' in ('a',)
'<' in '<'|safe
'<' in '<'|e
three in numbers
text in text
'hello' in text and 'x' not in text
1 in [1] in [true]
== conditional expressions
'a' if true else 'b'
'a' if false else 'b'
'a' if true
'a' if false
('a' if false) is defined
('a' if false) ~ 'x'
('a' if false).x
('a' if false)|default('d')
('a' if false) == ''
'a' if missing else 'b'
'a' if none else 'b'
'a' if [] else 'b'
'a' if '' else 'b'
'a' if 0 else 'b' if 0 else 'c'
'a' if 1 else 1/0
1/0 if 0 else 'a'
'a' if 1 and 0 else 'b'
1 + 2 if true else 3
(1 + 2 if true else 3) + 1
1 + (2 if true else 3)
'a' if 'a' in 'abc' else 'b'
'a' ~ 'b' if true else 'c'
'x' ~ ('b' if true else 'c')
'b' if not missing is defined else 'c'
[1 if true else 2, 3 if false else 4]
{'a': 1 if true else 2}
text.upper() if text else 'none'
(text if text is string else text|tojson)
text if text is string else text | tojson
'a' if true else 'b' | upper
('a' if true else 'b') | upper
'a' if
'a' if else 'b'
if true 'a'
'a' else 'b'
true ? 1 : 2
== precedence
1 + 2 * 3
(1 + 2) * 3
2 * 3 + 1
10 - 2 - 3
10 - (2 - 3)
2 + 3 ~ 4 + 5
2 * 3 % 4
7 // 2 * 2
-2 * 3
-2 + 3
- 2 ** 2
2 * -3
2 - -3
1 + 1 == 2
1 + 1 in [2]
not 1 + 1 == 3
1 < 2 and 2 < 3
1 + 2|string
(1 + 2)|string
-1|string
'a' + 'b' * 2
'a' ~ 'b' * 2
1 == 1 and 'x' ~ 'y' or 'z'
1 if 1 == 1 and not 0 else 2
5 % 3 * 2
2 ** 2 * 3
2 * 2 ** 3
-3 % 5
-(3 % 5)
-3 // 2
-3|abs
(-3)|abs
-3.5|abs
three|string ~ fraction|string
1 + 1 is even
(1 + 1) is even
1 + 1 is odd
2 * 3 is divisibleby 3
not true == false
1 - 1|abs
6 / 2 * 3
1.5 // 0.5 % 2
(loop.index0 - 1) % 2 == 1
(three - 1) % 2 == 1
three % 2 == 0
(three % 2 == 0) != false
== large integers
9007199254740991
9007199254740992
9007199254740993
-9007199254740993
18446744073709551616
123456789012345678901234567890
9007199254740993|string
9007199254740993 is odd
9007199254740993 - 9007199254740992
9007199254740993 * 1
9007199254740993 * 2 // 2
9007199254740991 + 2
9007199254740993 % 2
9007199254740993 / 3
2**63 - 1
2**53 == 2**53 + 1
2**200
-2**63
(2**64)|string|length
(2**64)|float
(2**64)|int
(2**64 // 2**60)
[2**64, -2**64]
{2**64: 1}
2**64 in [18446744073709551616]
'%d' % 2**64
'{:,}'.format(2**64)
(2**64).bit_length()
2**64 > 2**63
2**64 ~ ''
large
large + 1
large * 10
large // 3
large / 4
large|string
million * million
million * million * million
million ** 2 % 1000
million / 1000
range(2**60, 2**60 + 2)|list
names[2**64]
names[:2**64]|length
'a' * (2**64 - 2**64 + 2)
(10**15 + 0.3)|string
== printing of floats
0.0
-0.0
1.0
1.5
100.0
1e3
1e15
1e16
1e17
123456789012345.0
1234567890123456.0
12345678901234567.0
1e21
1e22
1e23
1e100
1.7976931348623157e308
5e-324
2.2250738585072014e-308
0.1
0.001
0.0001
0.00001
0.00012345
0.000012345
1e-4
1e-5
1e-7
1.5e-10
123.456
1/3
2/3
10/3
1e16 + 0.5
0.1 + 0.2
0.1 * 3
1.1 + 2.2
3.0 * 1.0
1e2 * 1e-2
9007199254740993.0
99999999999999990.0
4.35 * 100
1.005 * 1000
[1.0, 2.50, 1e16, 1e-5, -0.0]
{'a': 1.0}
('inf'|float)
-('inf'|float)
('nan'|float)
['inf'|float, 'nan'|float]
fraction
tiny
tiny * 1000
million * 1.0
1e16|int
1.0|string
5e-1
2.50
1.0 ~ 'x'
1e308 * 10
1e-320
"""

VALUES_AND_LOOKUPS = r"""
== index
text[0]
text[-1]
text[10]
text[11]
text[-11]
text[-12]
text[99]
text[99] is defined
text[1.0]
text['0']
text[true]
text[none]
text[missing]
text[[1]]
text[0][0]
emoji[1]
emoji[2]
emoji[-1]
emoji[5]
cjk[0]
combining[1]
names[0]
names[-1]
names[5]
names[-6]
names[99].x
names['0']
names['x']
names[1.0]
names[true]
names[none]
names.0
names.1.upper()
nested.1.1.0
nested[1][1][0]
nested[-1]
nested[9][0]
(1, 2)[0]
(1, 2)[2]
(1, 2).0
range(5)[2]
range(5)[-1]
range(5)[9]
data.a
data['a']
data["a"]
data.nope
data['nope']
data['nope']['x']
data.nope.x
data.nested.deep[1].x
data['nested']['deep'][1]['x']
data.nested['deep'].1.x
data.nested.deep.1.y
data[0]
data[none]
data[missing]
data[[1]]
data[{}]
data['a']['b']
data.a.b
data.a.b.c
data.C[0]
data.c
keyed['1']
keyed[1]
keyed.1
keyed['x'] ~ keyed.x
{1: 'a'}[1]
{1: 'a'}['1']
{1: 'a'}[1.0]
{1: 'a'}[true]
{1: 'a'}.1
{'1': 'a'}.1
{true: 'a'}[1]
{none: 'a'}[none]
{none: 'a'}.none
{1.5: 'a'}[1.5]
{(1, 2): 'a'}[(1, 2)]
{(1, 2): 'a'}[1, 2]
{'a': {'b': [1, 2]}}.a.b[-1]
nothing[0]
nothing.x
nothing.x.y
nothing['x'] is defined
three[0]
three.x
three.real
yes[0]
missing[0]
missing['x']
missing.x
missing.x.y
missing.x.y is defined
text.x.y
text['upper']() 
data['items']
data.items is callable
data['items'] is defined
names[0, 1]
names[]
names[0
names[0]]
names.
names..x
.x
data.'a'
data.a b
data.[0]
data.if
data.not
data.in
data.true
data.none
data.and
people[0].name
people[0]['city'].name
people[-1].age
people[-1].age is defined
people[0].city.name.upper()
people.0.name
people[three - 3].name
people[1:][0].name
people|first.name
(people|first).name
names[three - 4]
names[names|length - 1]
data[names[9]]
data['a' ~ '']
data[text[:0] ~ 'b']
messages[0]['role']
messages[0].role
messages[-1].content[0].text
messages[2]['tool_calls'][0]['function']['arguments']['city']
messages[2].tool_calls[0].function.arguments.range
loop.index
self.x
größe
日本
_private
namespace(a=1).a
namespace(a=1)['a']
namespace(a=1).b
namespace(a=1).b is defined
namespace(a=1).b.c
'abc'[1]
'abc'.1
[1, 2][0]
[[1, 2], [3]][0][1]
{'a': 1}['a']
{'a': 1}.a
'a🙂b'[1]
'a🙂b'[2]
('<b>'|safe)[0]
('<b>'|safe)[0] is escaped
== slice
text[1:3]
text[:3]
text[3:]
text[:]
text[::]
text[-3:]
text[:-3]
text[-3:-1]
text[::2]
text[1::2]
text[::-1]
text[5:1:-1]
text[5::-2]
text[:5:-1]
text[3:1]
text[99:]
text[-99:3]
text[:99]
text[::0]
text[1:none]
text[none:2]
text[none:none:none]
text[:3.0]
text['0':]
text[true:]
text[missing:]
text[:missing]
text[1:2:3:4]
emoji[1:3]
emoji[::-1]
emoji[2:]
emoji[:-1]
emoji[::2]
cjk[1:3]
combining[::-1]
empty[1:]
names[1:]
names[:-1]
names[1:3]
names[::-1]
names[::2]
names[-2:]
names[::-2]
names[3:1:-1]
names[10:]
names[:0]
names[-1:0:-1]
names[1:][0]
names[1:][::-1][0]
names[:three]
names[three:]
names[three - 2:]
names[:names|length - 1]
names[-1:]|first
names[::none]
names[::0]
names[:'x']
names[1:2, 3:4]
(1, 2, 3)[1:]
(1, 2, 3)[::-1]
(1, 2, 3)[5:]
range(10)[2:8]
range(10)[2:8]|list
range(10)[::3]|list
range(10)[::-1]|list
range(10)[::-1]
data[1:]
data['a':]
nothing[1:]
nothing[:]
missing[1:]
missing[:]
missing[:] is defined
missing.x[:]
three[1:]
yes[:1]
nested[0][::-1]
('<b>'|safe)[1:]
('<b>'|safe)[1:] is escaped
text[1 : 3]
text[ : ]
text[-3 : ]
text[:-1][:-1]
text.split()[0][1:]
messages[1:]|length
messages[::-1]|map(attribute='role')|join(',')
messages[-2:][0].role
messages[:-1][-1]['content']
numbers[1:4]|sort
'abc'[::-1]
'a🙂b'[::-1]
[1, 2, 3][1:]
[1, 2, 3][:-1] + [9]
== printing of values
none
None
true
True
false
False
[none, true, false]
[]
[1]
[1, 2.0, 'a', none, true, [], {}, ()]
()
(1,)
(1, 2)
((1, 2), (3,))
{}
{'a': 1}
{'a': [1, {'b': none}]}
{1: 'a', 2.5: 'b', none: 'c', true: 'd'}
{1: 'a', true: 'b', 1.0: 'c'}
{0: 'a', false: 'b'}
{'b': 1, 'a': 2, 'b': 3}
{2: 1, 1: 2}
{'10': 1, '9': 2, 'a': 3, '1': 4}
{(1, 2): 3}
{[1]: 2}
{missing: 1}
{text: three}
{a: 1}
{'a': 1,}
{'a': 1, 'b': 2,}
{'a' 1}
{'a':}
{,}
[1,]
[1, 2,]
[,]
[1 2]
[1,, 2]
(1, 2,)
(,)
1, 2
1,
[1, 2
(1, 2
{'a': 1
[missing]
[missing, missing.x]
{'a': missing}
(missing,)
['a\'b']
['a"b']
['a\'b"c']
['a\\b']
['\n\r\t']
['\x00\x01\x1f\x7f']
['\x80\x9f\xa0\xad']
['é', 'ß', '日本']
['🙂', '👩‍👩‍👧']
['\u200b\u200d\u2028\u2029\ufeff\u3000']
['\ue000\ufffe\uffff']
['\U0001f642\U000e0001\U0010ffff\U000f0000']
['e\u0301', '\u0301']
['\u0378', '\u00ad', '\u061c']
['<b>'|safe]
['<'|e, 'a']
{'<b>'|safe: '<'|safe}
[1.0, 1e16, 1e-5, 1e100]
[9007199254740993]
range(3)
[range(3)]
range(0)
range(1, 5)
range(1, 10, 2)
range(5)[1:3]
data
names
numbers
mixed
nested
people
keyed
odd_keys
spaces
[spaces]
[bom]
[lines]
[special]
[markup]
[emoji]
[accents]
[combining]
messages[1]
messages[2]
tools[1]
data.items()
data.keys()
data.values()
dict(a=1).items()
[data.items()]
people|groupby('age', default=0)
text
empty
accents
emoji
cjk
combining
special
markup
lines
apostrophes
zero
one
minus
million
yes
no
nothing
missing
[nothing, yes, no]
{'yes': yes}
'yes' if yes else 'no'
[text.split()]
'a' if yes
dict
range
"""

LITERALS = r"""
== text literals
'a'
"a"
''
""
'a"b'
"a'b"
'a\'b'
"a\"b"
'a\\b'
'a\nb'
'a\tb'
'a\rb'
'\a\b\f\v'|list
'\0'|list
'\x41'
'\x4'
'\xzz'
'\u00e9'
'\u00E9'
'\u00'
'\U0001F642'
'\U0001F642'|length
'\U00110000'
'\101'
'\7'|list
'\777'
'\q'
'\$'
'\{'
'\%'
'\ '
'\é'
'\🙂'
'é\u00e9'
'日\n本'
'a' 'b'
'a' "b" 'c'
'a''b'
'a' 'b'|upper
('a' 'b')[0]
'a' b
'a
"a'
'{{ x }}'
'{% x %}'
'{# x #}'
'}}'
'%}'
"{{"
'#}'
'\\n'
'\\\\'
'\\'
'\'
'a\
b'
`a`
b'a'
r'\n'
u'a'
f'{text}'
'🙂'
'�'
' '
'\N'
'\N{DIGIT ONE}'
== numbers
0
1
42
007
0
00
1_000
1_000_000
1__000
1_
_1
0x1f
0X1F
0xFF_FF
0x
0xg
0b101
0B11
0b2
0o17
0O17
0o8
1.0
1.
.5
1.5
1_0.5_0
1e3
1E3
1e+3
1e-3
1.5e-3
1e
1.e3
1_0e1_0
1.5.2
1.real
1.0.real
1 .real
1a
1 2
12345678901234567890
-1
- 1
--1
+1
0.1e1
3.14159265358979
1e5
0e0
true1
0x1f + 0b1
1j
10L
== names and constants
true
True
TRUE
false
False
none
None
NONE
null
nil
undefined
_
_x
x1
1x
x-y
true.x
none.x
true is defined
None is none
True == true
not True
not None
[true, True, false, False]
true + 1
größe
日本
größe.upper()
Größe
text2
not
and
or
if
else
in
is
for
import
with
class
lambda
def
print
self
self is defined
super
super()
varargs
kwargs
caller
caller is defined
loop
loop is defined
loop is none
context
environment
$x
@x
x!
?
x;
x:
x = 1
x := 1
lambda x: x
[x for x in names]
{x for x in names}
x -> 1
...
x.y.
*names
**data
text if
(
)
()
[
]
{
}
((1))
((text)).upper()
(text)
( text )
((1, 2), 3)
(text).upper()
1 if 1 else
== Markup
'<b>'|safe
'<b>'|e
'<b>'|safe + '<i>'
'<i>' + '<b>'|safe
'<b>'|safe + '<i>'|safe
'<b>'|safe + 1
1 + '<b>'|safe
'<b>'|safe ~ '<i>'
'<i>' ~ '<b>'|safe
'<i>' ~ '<b>'
1 ~ '<b>'|safe
'<b>'|safe * 2
2 * '<b>'|safe
('<b>'|safe)|upper
('<b>'|safe)|upper is escaped
('<b>'|safe).upper() is escaped
('<b>'|safe)|lower|e
('<b>'|safe)|title
('<b>'|safe)|capitalize|e
('<b>'|safe)|trim|e
('<b>'|safe)|replace('b', '<')
('<b>'|safe).replace('b', '<')
('<b>'|safe).replace('b', '<') is escaped
('<b>'|safe)|join('<')
('<b>'|safe).join(['<', '>'])
('<b>'|safe).join(['<'|safe, '>'])
'<'.join(['<b>'|safe])
['<b>'|safe, '<i>']|join
['<b>'|safe, '<i>']|join('<br>')
['<b>', '<i>']|join('<br>'|safe)
('<b>'|safe)|length
('<b>'|safe)|list
('<b>'|safe)|string
('<b>'|safe)|first is escaped
('<b>'|safe)|reverse is escaped
('<b>'|safe)|format
('<b>%s'|safe)|format('<i>')
('<b>%s'|safe)|format('<i>'|safe)
('<b>%s'|safe) % '<i>'
('<b>%s %s'|safe) % ('<i>', '<u>'|safe)
('<b>%d'|safe) % 3
('<b>%(a)s'|safe) % {'a': '<'}
('<b>%r'|safe) % '<'
('<b>%s'|safe) % [1, '<']
('<b>%s'|safe) % none
('<b>{}'|safe).format('<i>')
('<b>{}'|safe).format('<i>'|safe)
('<b>{a}'|safe).format(a='<')
('<b>{:>5}'|safe).format('<')
('<b>{0[0]}'|safe).format(['<'])
'<b>%s' % ('<i>'|safe)
('<b>'|safe) == '<b>'
'<b>' == ('<b>'|safe)
('<b>'|safe) != '<b>'
('<b>'|safe) < '<c>'
('<b>'|safe) in ['<b>']
'<b>' in ['<b>'|safe]
'b' in ('<b>'|safe)
{'<b>'|safe: 1}['<b>']
{'<b>': 1}['<b>'|safe]
('<b>'|safe)[1]
('<b>'|safe)[0:2] ~ '<'
('<b>'|safe)[::-1]
('<b> <i>'|safe).split()
('<b> <i>'|safe).split()[0] is escaped
('<b>,<i>'|safe).split(',')[1] ~ '<'
('<b>\n<i>'|safe).splitlines()
('<b>,<i>'|safe).partition(',')
('a,b'|safe).rpartition(',')[0] is escaped
('<b>'|safe).strip('<') ~ '<'
('<b>'|safe).center(7, '<')
('<b>'|safe).ljust(5, '&')
('<b>'|safe).zfill(5) is escaped
('<b>'|safe).startswith('<')
('<b>'|safe).find('b')
('<b>'|safe).count('<')
('<b>'|safe).striptags()
('<b>x</b> &amp; y'|safe).striptags()
('&lt;b&gt; &eacute;'|safe).unescape()
('<b>'|safe).escape('<') is escaped
('<b>'|safe).isupper()
('<b>'|safe).removeprefix('<') is escaped
('<b>'|safe).translate({60: '&'})
('<b>'|safe).expandtabs() is escaped
('<b>'|safe).__html__()
('<b>'|safe) is string
('<b>'|safe) is escaped
('<b>'|safe)|safe is escaped
('<b>'|safe)|string is escaped
('<b>'|safe)|tojson is escaped
('<b>'|safe)|int(7)
('5'|safe)|int
('<b>'|safe)|default('x')
(''|safe)|default('x', true)
['<b>'|safe]
['<b>'|safe, '<b>']|unique|list
['<b>'|safe, '<a>']|sort
('<b>'|safe)|truncate(1, true, '<', 0)
('<b>'|safe)|indent(1, true) ~ '<'
('<b c>'|safe)|wordwrap(2) is escaped
('<b c>'|safe)|center(9) is escaped
('<b>'|safe)|urlencode
('<b>'|safe)|striptags
'<b>'|striptags is escaped
'<b>'|e|striptags
'<b>'|urlize is escaped
'<b>'|forceescape is escaped
'<b>'|e|forceescape
'<b>'|e|e
'<b>'|e|safe
('<b>'|safe)|wordcount
('<b>'|safe)|e|length
('<b>'|safe) + ('<'|e)
('<b>'|safe) + missing
('<b>'|safe) + none
('<b>'|safe) ~ none ~ 1 ~ missing
('<b>'|safe) and 'x'
('<b>'|safe) % ()
{'a': '<b>'|safe}|xmlattr
'<' ~ ('a' ~ '<b>'|safe)
('<b>' ~ 'x')|safe ~ '<'
('x'|safe)|default(1) ~ '<'
('<b>'|safe).casefold() is escaped
'x'|e + 'y' == 'xy'
3|e + '<'
missing|e ~ '<'
[1, '<']|e
"""

UNDEFINED = r"""
== undefined
missing
'[' ~ missing ~ ']'
missing.a
missing['a']
missing[0]
missing.a.b
missing.a.b.c
missing['a']['b']
data.nope
data.nope.a
data['nope']['a']
data.nope[0]
names[99]
names[99].a
nothing.a
nothing.a.b
missing()
missing.a()
data.nope()
text.nope()
nothing()
nothing.a()
missing|length
missing|list
missing|string
missing|upper
missing|int
missing|float
missing|first
missing|last
missing|join(',')
missing|default('d')
missing|tojson
missing|sum
missing|map('upper')|list
missing|trim
missing == 1
missing != 1
missing == missing
missing == none
missing == ''
missing == false
missing != missing
missing < 1
missing > 1
missing <= 1
missing >= 1
1 < missing
missing < missing
missing + 1
1 + missing
missing + 'a'
'a' + missing
missing - 1
1 - missing
missing * 2
'a' * missing
missing / 2
2 / missing
missing // 2
2 // missing
missing % 2
2 % missing
'%s' % missing
'a' % missing
missing ** 2
2 ** missing
-missing
+missing
not missing
missing ~ 'a'
'a' ~ missing
missing and 1
missing or 1
1 and missing
0 or missing
missing in [1]
missing in [missing]
missing in 'abc'
missing in {}
missing in missing
1 in missing
1 not in missing
'a' in missing
missing is defined
missing is undefined
missing is none
missing is string
missing is iterable
missing is sequence
missing is mapping
missing is number
missing is callable
missing is true
missing is false
missing is boolean
missing is odd
missing is lower
missing is eq none
missing is in [1]
missing is sameas missing
missing is sameas none
missing if true
missing if missing else 'x'
'x' if missing else 'y'
'x' if not missing else 'y'
'x' if missing.a else 'y'
'x' if missing.a.b else 'y'
'x' if missing == 'a' else 'y'
'x' if missing and missing.a else 'y'
'x' if missing is defined and missing.a else 'y'
[missing]
{'a': missing}
[missing]|length
[missing, 1]|first
[missing]|first is defined
{'a': missing}.a is defined
{'a': missing}['a']|default('d')
{missing: 1}
{missing: 1}[missing]
range(missing)
dict(a=missing)
dict(missing)
names[missing]
data[missing]
text[missing]
text[missing:]
missing[:1]
missing[missing]
text.split(missing)
text.replace(missing, 'a')
text.startswith(missing)
','.join(missing)
','.join([missing])
namespace(a=missing).a
namespace(missing)
namespace(missing=1).missing
missing.__class__
missing.__class__ is defined
missing.__str__
missing._undefined_name
missing.name
missing.items()
missing.get('a')
missing.keys()|list
missing|items|list
missing|dictsort
missing|selectattr('a')|list
missing|reverse|list
missing|sort
missing|unique|list
missing|max
missing|min
missing|round
missing|abs
missing|replace('a', 'b')
missing|e
missing|safe
missing|attr('a')
missing|attr('a') is defined
missing|format(1)
missing|indent
missing|wordcount
missing|batch(2)|list
missing|pprint
(missing.a)
(missing).a
missing.a if false
missing.a.b if false
strftime_now(missing)
raise_exception(missing)
loop.index
caller()
super()
varargs|length
self.nope()
"""

GLOBALS = r"""
== range
range(3)|list
range(0)|list
range(-3)|list
range(1, 4)|list
range(4, 1)|list
range(1, 10, 3)|list
range(10, 0, -3)|list
range(0, 3, 1)|list
range(5, 5)|list
range(1, 4, 0)|list
range()|list
range(1, 2, 3, 4)|list
range('3')|list
range(3.0)|list
range(true)|list
range(none)|list
range(stop=3)|list
range(3)|length
range(3)|sum
range(3)|join(',')
range(3)[1]
range(3)[3]
2 in range(3)
range(100000)|length
range(100001)|length
range(10**9)|length
range(0, 10**9, 10**8)|length
range(-10**9, 10**9)
range(3) is iterable
range(3) == range(0, 3)
range(3) ~ ''
range(3)|string
range(3)|first ~ range(3)|last
range(3)|reverse|list
range(3)|random if false
range(3).nope
range(3) + range(3)
range(3)|list + range(2)|list
range(three)|list
== dict
dict()
dict(a=1)
dict(a=1, b=2)
dict({'a': 1})
dict({'a': 1}, b=2)
dict({'a': 1}, a=2)
dict([('a', 1), ('b', 2)])
dict([['a', 1]])
dict(pairs)
dict(['ab', 'cd'])
dict(['abc'])
dict([1])
dict(1)
dict(none)
dict('ab')
dict({}, {})
dict(data) == data
dict(a=1).a
dict(a=1)['a']
dict(a=1).get('b', 2)
dict(a=1) == {'a': 1}
dict(data.items())
dict(data|dictsort)
dict(names|map('list')|list)
dict(a=1, a=2)
dict(a=missing)
dict(**{'a b': 1})
dict(messages|groupby('role')|map('first')|map('batch', 1)|list)
== cycler and joiner
cycler('a', 'b').next()
cycler('a', 'b').current
cycler()
cycler('a').items
cycler('a', 'b').nope
cycler(*names).next()
joiner()()
joiner()() ~ joiner(', ')()
joiner(sep='-')()
joiner('a', 'b')
== namespace
namespace(a=1).a
namespace({'a': 1}).a
namespace({'a': 1}, b=2).b
namespace({'a': 1}, a=2).a
namespace([('a', 1)]).a
namespace(1)
namespace({}, {})
namespace().a
namespace().a is defined
namespace(a=1)['a']
namespace(a=1).items
namespace(items=1).items
namespace(get=1).get
namespace(a=1) == namespace(a=1)
namespace(a=1) is mapping
namespace(a=1) is iterable
namespace(a=1)|length
namespace(a=1)|list
'a' in namespace(a=1)
namespace(a=1)|attr('a')
namespace(a=[1]).a[0]
namespace(a=namespace(b=1)).a.b
namespace(_a=1)._a
namespace(__a=1).__a
namespace(**data).C
== raise_exception and strftime_now
raise_exception('stop')
raise_exception()
raise_exception(1)
raise_exception(message='stop')
raise_exception('stop') if false else 'go'
true or raise_exception('stop')
strftime_now('%d %b %Y')
strftime_now('%Y-%m-%d')
strftime_now('%B %d, %Y')
strftime_now('%A, %a %b %B %-d %e')
strftime_now('%H:%M:%S %I %p')
strftime_now('%j %y %m %U %W %w %u')
strftime_now('%%')
strftime_now('')
strftime_now('plain ä🙂')
strftime_now('%d') ~ '.'
strftime_now('%d')|int + 1
strftime_now()
strftime_now(1)
strftime_now(format='%Y')
strftime_now('%F %T %D %R')
strftime_now('%f')
strftime_now('%-m/%-d/%y')
strftime_now('%C %G %V %h %n%t|')
lipsum is defined
joiner is defined
"""

CHAT = r"""
== chat: content
messages[2].content.split('</think>')[-1].lstrip('\n')
messages[2].content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n')
messages[2].content.split('<think>')|last
messages[4].content.split('</think>')[-1].lstrip('\n')
'</think>' in messages[2].content
messages[2].content.rsplit('\n', 1)[1]
messages[2]['content'].rsplit('</think>', 1)[-1].strip()
(messages[2].content.split('</think>')|last).strip()
messages[4].content.strip()
messages[4].content | trim
messages[4]['content'] | trim + '</s>'
messages[4].content|trim ~ '</s>'
'<|im_start|>' + messages[0]['role'] + '\n' + messages[0]['content'] + '<|im_end|>' + '\n'
'<|' ~ messages[1].role ~ '|>' ~ messages[1].content
'[INST] ' + messages[1]['content'] + ' [/INST]'
'[INST] ' + messages[5]['content'] + ' [/INST]'
messages[1].content.startswith('Wie')
messages[2].content.startswith('<think>') and messages[2].content.endswith('look.')
messages[1].content | length
messages[1].content[:10]
messages[1].content[-3:]
messages[5].content[0]['text']
messages[5].content|map(attribute='text')|join(' ')
messages[5].content|selectattr('type', 'equalto', 'text')|map(attribute='text')|join
messages[5].content|selectattr('type', 'eq', 'image')|list|length
messages[5].content is string
messages[5].content is iterable and messages[5].content is not string
messages[5].content is sequence and messages[5].content is not mapping
messages[1].content if messages[1].content is string else messages[1].content[0].text
messages[5].content if messages[5].content is string else messages[5].content[0].text
messages[1].content.replace('<', '&lt;').replace('>', '&gt;')
messages[1].content|replace('\n', '')
messages[1].content|indent(4, true)
messages[1].content.splitlines()[0]
messages[0].content.split()|length
messages[0].content.upper() if messages[0].role == 'system' else ''
messages[0].get('content')
messages[0].get('name', 'nobody')
messages[0]['content'] is defined and messages[0]['content']
messages[0].content or 'none'
== chat: roles
messages[0]['role'] == 'system'
messages[0].role == 'system' and messages|length > 1
messages[0].role in ['system', 'developer']
messages[0].role not in ['user', 'assistant']
(messages[0]['role'] == 'user') != (0 % 2 == 0)
messages[-1].role
messages[-1]['role'] == 'user'
messages|map(attribute='role')|list
messages|map(attribute='role')|unique|join(', ')
messages|selectattr('role', 'equalto', 'user')|list|length
messages|selectattr('role', 'equalto', 'user')|map(attribute='content')|first
messages|selectattr('role', 'in', ['user', 'assistant'])|list|length
messages|rejectattr('role', 'eq', 'system')|map(attribute='role')|list
messages|map(attribute='content')|select('string')|join('|')
messages|groupby('role')|map('first')|list
(messages|selectattr('role', 'eq', 'system')|list)[0].content
(messages|selectattr('role', 'eq', 'nope')|first) is defined
messages[1:]|map(attribute='role')|list
messages[::-1]|map(attribute='role')|list
(messages|last).role
messages|length
messages|first|length
messages|selectattr('tool_calls')|list|length
messages|selectattr('tool_calls', 'defined')|list|length
messages|selectattr('tool_calls', 'undefined')|map(attribute='role')|list
messages[0].keys()|list
messages[3]|dictsort
messages[3].items()|list
messages[0] is mapping
messages is sequence
messages is sequence and messages is not string
messages is iterable
'name' in messages[3]
'name' in messages[0]
messages[3]['name'] is defined
messages[3].name
'tool_calls' in messages[2] and messages[2]['tool_calls']
messages[0].tool_calls is defined
messages[2].tool_calls is defined and messages[2].tool_calls is not none
messages[2].get('tool_calls')|length
messages[2].tool_calls is not none and messages[2].tool_calls|length > 0
== chat: tools
messages[2].tool_calls[0].function.arguments|tojson
messages[2].tool_calls[0].function.arguments | tojson(indent=2)
messages[2].tool_calls[0]['function']['arguments'].items()|list
messages[2].tool_calls[0].function.arguments|string
messages[2].tool_calls[1].function.arguments|tojson
messages[2].tool_calls[0].function|tojson
messages[2].tool_calls|map(attribute='function.name')|join(',')
messages[2].tool_calls|map(attribute='function')|map(attribute='name')|list
messages[2].tool_calls[0].function.arguments is string
messages[2].tool_calls[0].function.arguments is mapping
{'name': messages[2].tool_calls[0].function.name, 'arguments': messages[2].tool_calls[0].function.arguments}|tojson
'{"name": "' + messages[2].tool_calls[0].function.name + '", "arguments": ' + messages[2].tool_calls[0].function.arguments|tojson + '}'
'{"name": "' ~ messages[2].tool_calls[0].function.name ~ '", "arguments": ' ~ messages[2].tool_calls[0].function.arguments ~ '}'
messages[2].tool_calls[0].id[-1]
messages[2].tool_calls[0].id|length
messages[3].content|tojson
messages[3].tool_call_id
tools|length
tools[0]|tojson
tools[0].function.description|tojson
tools[0].function.description|e
tools[0].function.parameters.properties.items()|list
tools[0].function.parameters.properties|list
tools[0].function.parameters.properties.keys()|list
tools[0].function.parameters.properties|length
tools[0].function.parameters.required
'city' in tools[0].function.parameters.required
tools[0].function.parameters.properties.unit.type is string
tools[0].function.parameters.properties.unit.type|join(' | ')
tools[0].function.parameters.properties.unit.enum|map('tojson')|join(' | ')
tools[0].function.parameters.properties.days.get('minimum', 0)
tools[0].function.parameters.properties.days.default
tools[0].function.parameters.properties.city['default'] is defined
tools[1].function.description
tools[1].function.description|default('none')
tools[1].function.description or 'none'
tools[1].function.parameters.properties.items()|list
tools|map(attribute='function.name')|list
tools|map(attribute='function')|map('tojson')|join('\n')
tools|map('tojson', indent=1)|first
tools is defined and tools is not none and tools|length > 0
tools is iterable and tools|length > 0
tools|selectattr('function.name', 'eq', 'clock')|list|tojson
add_generation_prompt
add_generation_prompt is defined
'x' if add_generation_prompt else 'y'
bos_token ~ messages[0].content
bos_token + messages[0].content
eos_token is defined
(enable_thinking is defined and enable_thinking is false) or 'default'
enable_thinking|default(true)
documents|default([])|length
strftime_now is defined and strftime_now('%Y')
date_string|default(strftime_now('%d %b %Y'))
"""

# Whole templates, by group.
TEMPLATES = {
    "for": [
        "{% for x in names %}{{ x }};{% endfor %}",
        "{% for x in [] %}{{ x }}{% else %}none{% endfor %}",
        "{% for x in names %}{{ x }}{% else %}none{% endfor %}",
        "{% for x in missing %}{{ x }}{% else %}none{% endfor %}",
        "{% for x in missing.more %}{{ x }}{% endfor %}",
        "{% for x in nothing %}{{ x }}{% else %}none{% endfor %}",
        "{% for x in three %}{{ x }}{% endfor %}",
        "{% for x in yes %}{{ x }}{% endfor %}",
        "{% for x in fraction %}{{ x }}{% endfor %}",
        "{% for x in text %}{{ x }}.{% endfor %}",
        "{% for x in emoji %}{{ x }}.{% endfor %}",
        "{% for x in combining %}[{{ x }}]{% endfor %}",
        "{% for x in '' %}{{ x }}{% else %}none{% endfor %}",
        "{% for x in data %}{{ x }}.{% endfor %}",
        "{% for x in {} %}{{ x }}{% else %}none{% endfor %}",
        "{% for x in keyed %}{{ x }}.{% endfor %}",
        "{% for x in {2: 'a', 1: 'b', 'c': 'd'} %}{{ x }}.{% endfor %}",
        "{% for x in (1, 2) %}{{ x }}.{% endfor %}",
        "{% for x in 1, 2 %}{{ x }}.{% endfor %}",
        "{% for x in 1, %}{{ x }}.{% endfor %}",
        "{% for x in range(3) %}{{ x }}.{% endfor %}",
        "{% for x in namespace(a=1) %}{{ x }}.{% endfor %}",
        "{% for x in '<b>'|safe %}{{ x is escaped }}.{% endfor %}",
        "{% for x in names|map('upper') %}{{ x }}.{% endfor %}",
        "{% for x in names if x != 'bob' %}{{ x }}.{% endfor %}",
        "{% for x in names if x == 'nope' %}{{ x }}.{% else %}none{% endfor %}",
        "{% for x in (names if yes else []) %}{{ x }}.{% endfor %}",
        "{% for x in names if yes else [] %}{{ x }}.{% endfor %}",
        "{% for x in names or [] %}{{ x }}.{% endfor %}",
        "{% for x in missing or [1] %}{{ x }}.{% endfor %}",
        "{% for x in names if loop.index > 1 %}{{ x }}.{% endfor %}",
        "{% for x in numbers if x is odd %}{{ loop.index }}/{{ loop.length }}:{{ x }}.{% endfor %}",
        "{% for a, b in pairs %}{{ a }}={{ b }}.{% endfor %}",
        "{% for (a, b) in pairs %}{{ a }}={{ b }}.{% endfor %}",
        "{% for a, (b, c) in [[1, [2, 3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
        "{% for a, b in ['xy', 'zw'] %}{{ a }}{{ b }}.{% endfor %}",
        "{% for a, b in ['xyz'] %}{{ a }}{{ b }}.{% endfor %}",
        "{% for a, b in [[1]] %}{{ a }}{% endfor %}",
        "{% for a, b in [1] %}{{ a }}{% endfor %}",
        "{% for a, b in [{'k': 1, 'l': 2}] %}{{ a }}{{ b }}{% endfor %}",
        "{% for a, in [[1], [2]] %}{{ a }}{% endfor %}",
        "{% for a, b in data %}{{ a }}{% endfor %}",
        "{% for k, v in data.items() %}{{ k }}={{ v }};{% endfor %}",
        "{% for k, v in data|items %}{{ k }}={{ v }};{% endfor %}",
        "{% for k, v in data|dictsort %}{{ k }}={{ v }};{% endfor %}",
        "{% for k, v in data|dictsort(by='value') %}{{ k }}={{ v }};{% endfor %}",
        "{% for k, v in data.items() if k != 'a' %}{{ k }};{% endfor %}",
        "{% for k in data.keys() %}{{ k }};{% endfor %}",
        "{% for v in data.values() %}{{ v }};{% endfor %}",
        "{% for item in data.items() %}{{ item[0] }};{% endfor %}",
        "{% for g in people|groupby('city.name') %}{{ g.grouper }}:{{ g.list|length }};{% endfor %}",
        "{% for c, l in people|groupby('city.name') %}{{ c }}:{{ l|map(attribute='name')|join(',') }};{% endfor %}",
        "{% for row in range(7)|batch(3, '-') %}{{ row|join(' ') }}/{% endfor %}",
        "{% for column in range(7)|slice(3, '-') %}{{ column|join(' ') }}/{% endfor %}",
        "{% for a in [1, 2] %}{% for b in [3, 4] %}{{ a }}{{ b }}.{% endfor %}{% endfor %}",
        "{% for a in [1, 2] %}{% for a in [3, 4] %}{{ a }}{% endfor %}{{ a }}.{% endfor %}",
        "{% for x in [1, missing, none] %}[{{ x }}]{% endfor %}",
        "{% for x in names recursive %}{{ x }}{% endfor %}",
        "{% for x in [1, [2, [3]], 4] recursive %}{% if x is iterable %}<{{ loop(x) }}>{% else %}{{ x }}{% endif %}{% endfor %}",
        "{% for x in [[[]]] recursive %}{{ loop.depth }}{{ loop.depth0 }}{{ loop(x) }}{% endfor %}",
        "{% for x in [[1], [2]] %}{{ loop(x) }}{% endfor %}",
        "{% for x in [{'n': 1, 'c': [{'n': 2}]}] recursive %}{{ x.n }}{% if x.c %}({{ loop(x.c) }}){% endif %}{% endfor %}",
        "{% for x in names %}{% endfor %}",
        "{% for x in names %}",
        "{% for x names %}{% endfor %}",
        "{% for x in %}{% endfor %}",
        "{% for in names %}{% endfor %}",
        "{% for 1 in names %}{% endfor %}",
        "{% for x.y in names %}{% endfor %}",
        "{% for x['y'] in names %}{% endfor %}",
        "{% for loop in names %}{{ loop }}{% endfor %}",
        "{% for true in names %}{% endfor %}",
        "{% for x in names %}{% endfor x %}",
        "{% for x in names %}{% endif %}",
        "{% for x in names %}{% else %}{% else %}{% endfor %}",
        "{% endfor %}",
        "{% else %}",
        "{% for x in names|nope %}{% endfor %}",
        "{% for x in text.split() %}{{ x }}/{% endfor %}",
        "{% for x in 1/0 %}{% endfor %}",
        "{% for x in [3, 1]|sort %}{{ x }}{% endfor %}",
        "{% for x in names[1:] %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}",
        "{% for x in names|reverse %}{{ x }} {% endfor %}",
        "{% for c in 'abc'|reverse %}{{ c }} {% endfor %}",
    ],
    "loop attributes": [
        "{% for x in names %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }};{% endfor %}",
        "{% for x in names %}{{ loop.first }}{{ loop.last }};{% endfor %}",
        "{% for x in names %}{{ loop.length }};{% endfor %}",
        "{% for x in names %}{{ loop.depth }}{{ loop.depth0 }};{% endfor %}",
        "{% for x in names %}{{ loop.cycle('a', 'b') }};{% endfor %}",
        "{% for x in names %}{{ loop.cycle(*numbers) }};{% endfor %}",
        "{% for x in names %}{{ loop.cycle() }};{% endfor %}",
        "{% for x in names %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }};{% endfor %}",
        "{% for x in names %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }};{% endfor %}",
        "{% for x in names %}{{ loop.previtem.a }}{% endfor %}",
        "{% for x in [1, 1, 2, 2, 1] %}{{ loop.changed(x) }};{% endfor %}",
        "{% for x in [1, 1, 2] %}{% if loop.changed(x, loop.first) %}{{ x }}{% endif %}{% endfor %}",
        "{% for x in [1, 1, 2] %}{{ loop.changed() }}{% endfor %}",
        "{% for x in [1, 1.0, true] %}{{ loop.changed(x) }};{% endfor %}",
        "{% for x in names %}{{ loop.nope }}{{ loop.nope is defined }};{% endfor %}",
        "{% for x in names %}{{ loop['index'] }};{% endfor %}",
        "{% for x in names %}{{ loop.previtem.upper() }}{% endfor %}",
        "{% for x in names|select('lower') %}{{ loop.length }}{{ loop.revindex }}{{ loop.last }};{% endfor %}",
        "{% for x in data %}{{ loop.index }}/{{ loop.length }}{{ loop.nextitem }};{% endfor %}",
        "{% for x in emoji %}{{ loop.index }}/{{ loop.length }};{% endfor %}",
        "{% for a, b in pairs %}{{ loop.previtem }}|{{ loop.nextitem }};{% endfor %}",
        "{% for x in names %}{% if loop.index is even %}{{ x }}{% endif %}{% endfor %}",
        "{% for x in names %}{{ loop.index is divisibleby 2 }}{% endfor %}",
        "{% for a in [1, 2] %}{% set outer = loop %}{% for b in [1, 2] %}{{ outer.index }}.{{ loop.index }} {% endfor %}{% endfor %}",
        "{% for a in [1, 2] %}{% for b in [1, 2] %}{{ loop.index }}{% endfor %}{{ loop.index }};{% endfor %}",
        "{% for x in [] %}{% else %}{{ loop.index }}{% endfor %}",
        "{% for x in [] %}{% else %}{{ loop is defined }}{% endfor %}",
        "{% for x in names %}{% endfor %}{{ loop }}",
        "{{ loop.index }}",
        "{% for x in loop %}{% endfor %}",
        "{% for x in [1, 2] %}{% for y in loop.nope %}a{% else %}b{% endfor %}{% endfor %}",
        "{% for x in names %}{% set loop = 1 %}{{ loop }}{% endfor %}",
        "{% set loop = 'x' %}{% for y in [1] %}{{ loop.index }}{% endfor %}{{ loop }}",
        "{% for x in names %}{{ loop|length }}{% endfor %}",
        "{% for m in messages %}{{ m.role }}{{ ' (last)' if loop.last }}{{ ', ' if not loop.last }}{% endfor %}",
        "{% for m in messages %}{{ loop.previtem.role if loop.previtem }}>{{ loop.nextitem.role if not loop.last }};{% endfor %}",
        "{% for m in messages %}{% if loop.previtem is defined and loop.previtem.role == 'assistant' %}{{ loop.index0 }}{% endif %}{% endfor %}",
    ],
    "break and continue": [
        "{% for x in range(9) %}{% if x == 3 %}{% break %}{% endif %}{{ x }}{% endfor %}",
        "{% for x in range(5) %}{% if x is odd %}{% continue %}{% endif %}{{ x }}{% endfor %}",
        "{% for x in range(5) %}{% break %}{% else %}else{% endfor %}end",
        "{% for x in range(3) %}{% continue %}{% else %}else{% endfor %}end",
        "{% for a in [1, 2] %}{% for b in [1, 2, 3] %}{% if b == 2 %}{% break %}{% endif %}{{ a }}{{ b }}.{% endfor %}{% endfor %}",
        "{% for a in [1, 2] %}{% for b in [] %}{% else %}{% break %}{% endfor %}{{ a }}{% endfor %}",
        "{% for x in range(5) if x != 1 %}{% if loop.index == 3 %}{% break %}{% endif %}{{ x }}{% endfor %}",
        "{% for x in [1, 2, 3] %}{{ x }}{% if x == 2 %}{% break %}{% endif %}{{ loop.nextitem }};{% endfor %}",
        "{% for x in [1, 2, 3] %}{% set y %}a{% break %}{% endset %}{{ x }}{% endfor %}",
        "{% for x in [1, 2, 3] %}{% filter upper %}a{% break %}{% endfilter %}{{ x }}{% endfor %}",
        "{% for x in [1, 2] %}{% with y = 1 %}{% continue %}{% endwith %}{{ x }}{% endfor %}end",
        "{% break %}",
        "{% continue %}",
        "{% if true %}{% break %}{% endif %}",
        "{% for x in [1] %}{% break 1 %}{% endfor %}",
        "{% for x in [1] %}{% macro m() %}{% break %}{% endmacro %}{{ m() }}{% endfor %}",
        "{% set ns = namespace(n=0) %}{% for x in names %}{% set ns.n = ns.n + 1 %}{% if ns.n > 2 %}{% break %}{% endif %}{% endfor %}{{ ns.n }}",
    ],
    "scoping": [
        "{% set x = 1 %}{% for y in [1, 2] %}{% set x = y + 10 %}{{ x }};{% endfor %}{{ x }}",
        "{% set x = 1 %}{% for y in [1, 2] %}{{ x }}{% set x = x + 1 %}{{ x }};{% endfor %}{{ x }}",
        "{% for y in [1, 2] %}{% set x = y %}{% endfor %}[{{ x }}]",
        "{% for y in [1, 2] %}{{ y }}{% endfor %}[{{ y }}]",
        "{% set y = 'out' %}{% for y in [1, 2] %}{{ y }}{% endfor %}{{ y }}",
        "{% for y in [1, 2] %}[{{ x }}]{% set x = y %}{% endfor %}",
        "{% if true %}{% set x = 1 %}{% endif %}{{ x }}",
        "{% set x = 0 %}{% if true %}{% set x = 1 %}{% endif %}{{ x }}",
        "{% if false %}{% set x = 1 %}{% else %}{% set y = 2 %}{% endif %}[{{ x }}{{ y }}]",
        "{% if false %}{% set text = 1 %}{% endif %}{{ text }}",
        "{% for y in [1] %}{% if true %}{% set x = 1 %}{% endif %}{{ x }}{% endfor %}[{{ x }}]",
        "{% set text = 'own' %}{{ text }}",
        "{% for text in [1] %}{{ text }}{% endfor %}{{ text }}",
        "{{ x }}{% set x = 1 %}{{ x }}",
        "{% set ns = namespace(x=0) %}{% for y in [1, 2, 3] %}{% set ns.x = ns.x + y %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace() %}{% for y in [1, 2, 3] %}{% set ns.x = y %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(found=false) %}{% for m in messages %}{% if m.role == 'tool' %}{% set ns.found = true %}{% endif %}{% endfor %}{{ ns.found }}",
        "{% set ns = namespace(l=[]) %}{% for y in [1, 2] %}{% set ns.l = ns.l + [y] %}{% endfor %}{{ ns.l }}",
        "{% set a = namespace(x=1) %}{% set b = a %}{% set b.x = 2 %}{{ a.x }}",
        "{% set x = 1 %}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% set x = 2 %}{{ m() }}",
        "{% macro m() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}",
        "{% macro m() %}{% set x = 5 %}{{ x }}{% endmacro %}{{ m() }}[{{ x }}]",
        "{% for y in [1] %}{% macro m() %}{{ y }}{% endmacro %}{{ m() }}{% endfor %}[{{ m }}]",
        "{% macro m(text) %}{{ text }}{% endmacro %}{{ m(1) }}{{ text }}",
        "{% for x in [1] %}{% set y = 1 %}{% for z in [1] %}{% set y = 2 %}{% endfor %}{{ y }}{% endfor %}",
        "{% set x = 1 %}{% with x = 2 %}{{ x }}{% set x = 3 %}{{ x }}{% endwith %}{{ x }}",
        "{% set x = 1 %}{% filter upper %}{% set x = 2 %}a{{ x }}{% endfilter %}{{ x }}",
        "{% set x = 1 %}{% set y %}{% set x = 2 %}{{ x }}{% endset %}{{ x }}{{ y }}",
        "{% set x = 1 %}{% block b %}{{ x }}{% endblock %}",
        "{% for x in [1] %}{% block b %}[{{ x }}]{% endblock %}{% endfor %}",
        "{% for x in [1, 2] %}{% block b scoped %}[{{ x }}]{% endblock %}{% endfor %}",
        "{% set range = 5 %}{{ range }}",
        "{% set dict = 5 %}{% for x in [1] %}{{ dict }}{% endfor %}",
        "{% set none = 5 %}",
        "{% set true = 5 %}",
        "{% set x = x %}[{{ x }}]",
        "{% set text = text ~ '!' %}{{ text }}",
        "{% for x in [1, 2] %}{% if x == 1 %}{% set y = 'first' %}{% endif %}[{{ y }}]{% endfor %}",
        "{% set x = [1] %}{% set y = x %}{{ x is sameas y }}",
        "{% set x = 1 %}{% if x == 1 %}{% set x = 2 %}{% elif x == 2 %}{% set x = 3 %}{% endif %}{{ x }}",
        "{% for x in names if x != y %}{% set y = 'bob' %}{{ x }}{% endfor %}",
        "{% set a, b = 1, 2 %}{% for i in [1] %}{% set a, b = b, a %}{{ a }}{{ b }}{% endfor %}{{ a }}{{ b }}",
        "{% for x in [1, 2] %}{% macro m(y=x) %}{{ y }}{% endmacro %}{{ m() }}{% endfor %}",
        "{% call(x) missing() %}{% endcall %}",
    ],
    "if": [
        "{% if yes %}a{% endif %}",
        "{% if no %}a{% endif %}",
        "{% if no %}a{% else %}b{% endif %}",
        "{% if no %}a{% elif yes %}b{% else %}c{% endif %}",
        "{% if no %}a{% elif no %}b{% else %}c{% endif %}",
        "{% if no %}a{% elif no %}b{% elif yes %}c{% elif yes %}d{% endif %}",
        "{% if no %}a{% else if yes %}b{% endif %}",
        "{% if no %}a{% elseif yes %}b{% endif %}",
        "{% if no %}a{% else %}b{% else %}c{% endif %}",
        "{% if no %}a{% else %}b{% elif yes %}c{% endif %}",
        "{% if %}a{% endif %}",
        "{% if yes %}a",
        "{% if yes %}{% endfor %}",
        "{% endif %}",
        "{% if yes %}a{% endif yes %}",
        "{% if yes and not no %}a{% endif %}",
        "{% if (yes) %}a{% endif %}",
        "{% if yes, no %}a{% endif %}",
        "{% if () %}a{% else %}b{% endif %}",
        "{% if missing %}a{% else %}b{% endif %}",
        "{% if missing.a.b %}a{% else %}b{% endif %}",
        "{% if missing == 1 %}a{% else %}b{% endif %}",
        "{% if missing > 1 %}a{% else %}b{% endif %}",
        "{% if nothing %}a{% else %}b{% endif %}",
        "{% if empty %}a{% else %}b{% endif %}",
        "{% if ' ' %}a{% else %}b{% endif %}",
        "{% if 'false' %}a{% else %}b{% endif %}",
        "{% if '0' %}a{% else %}b{% endif %}",
        "{% if 0.0 %}a{% else %}b{% endif %}",
        "{% set x = 'nan' %}{% if x|float %}a{% else %}b{% endif %}",
        "{% if [] %}a{% else %}b{% endif %}",
        "{% if {} %}a{% else %}b{% endif %}",
        "{% if [0] %}a{% else %}b{% endif %}",
        "{% if range(0) %}a{% else %}b{% endif %}",
        "{% if namespace() %}a{% else %}b{% endif %}",
        "{% if ''|safe %}a{% else %}b{% endif %}",
        "{% if names|select('upper') %}a{% else %}b{% endif %}",
        "{% if [] | map('upper') %}a{% else %}b{% endif %}",
        "{% if data.items() %}a{% else %}b{% endif %}",
        "{% if {}.items() %}a{% else %}b{% endif %}",
        "{% if yes %}{% if no %}a{% else %}b{% endif %}{% else %}c{% endif %}",
        "{% if messages[0].role == 'system' %}{{ messages[0].content }}{% endif %}",
        "{% if not missing %}a{% endif %}",
        "{% if x is defined and x.y %}a{% else %}b{% endif %}",
        "{% if 1/0 %}a{% endif %}",
        "{% if no and 1/0 %}a{% else %}b{% endif %}",
        "{% if text == 'hello World' %}a{% endif %}",
        "{% if text = 'a' %}a{% endif %}",
        "{% If yes %}a{% endif %}",
        "{% unless no %}a{% endunless %}",
    ],
    "set": [
        "{% set x = 1 %}{{ x }}",
        "{% set x = [1, 2] %}{{ x[1] }}",
        "{% set x = 1, 2 %}{{ x }}",
        "{% set x = 1, %}{{ x }}",
        "{% set x, y = 1, 2 %}{{ x }}{{ y }}",
        "{% set (x, y) = [1, 2] %}{{ x }}{{ y }}",
        "{% set x, (y, z) = 1, [2, 3] %}{{ x }}{{ y }}{{ z }}",
        "{% set x, y = 'ab' %}{{ x }}{{ y }}",
        "{% set x, y = pairs %}{{ x }}",
        "{% set x, y = [1] %}",
        "{% set x, y = 1 %}",
        "{% set x, y = missing %}",
        "{% set x, = [1] %}{{ x }}",
        "{% set x = 'a' if no else 'b' %}{{ x }}",
        "{% set x = 'a' if no %}[{{ x }}]{{ x is defined }}",
        "{% set x = missing %}{{ x is defined }}",
        "{% set x = missing.a %}{{ x is defined }}",
        "{% set x = y = 1 %}",
        "{% set x == 1 %}",
        "{% set x += 1 %}",
        "{% set x %}",
        "{% set %}{% endset %}",
        "{% set 1 = 2 %}",
        "{% set 'x' = 2 %}",
        "{% set x['a'] = 2 %}",
        "{% set data.a = 2 %}",
        "{% set names.0 = 2 %}",
        "{% set missing.a = 2 %}",
        "{% set x.y.z = 2 %}",
        "{% set x %}a{{ 1 }}b{% endset %}{{ x }}",
        "{% set x %}{% endset %}[{{ x }}]{{ x is string }}{{ x is defined }}",
        "{% set x %}<b>{% endset %}{{ x|e }}{{ x is escaped }}",
        "{% set x | upper %}ab{% endset %}{{ x }}",
        "{% set x | upper | replace('A', '1') %}ab{% endset %}{{ x }}",
        "{% set x | trim %}  ab {% endset %}[{{ x }}]",
        "{% set x | length %}abc{% endset %}{{ x + 1 }}",
        "{% set x | nope %}ab{% endset %}",
        "{% set x, y %}ab{% endset %}",
        "{% set x, y %}abc{% endset %}",
        "{% set x %}a{% set y %}b{% endset %}{{ y }}{% endset %}{{ x }}",
        "{% set x = 1 %}{% set x %}{{ x }}2{% endset %}{{ x }}",
        "{% set ns = namespace(a=1) %}{% set ns.a = 2 %}{{ ns.a }}",
        "{% set ns = namespace() %}{% set ns.b = 'x' %}{{ ns.b }}{{ ns.c }}",
        "{% set ns = namespace() %}{% set ns.b %}x{{ 1 }}{% endset %}{{ ns.b }}",
        "{% set ns = namespace() %}{% set ns.b | upper %}x{% endset %}{{ ns.b }}",
        "{% set ns = namespace() %}{% set ns.a, ns.b = 1, 2 %}{{ ns.a }}{{ ns.b }}",
        "{% set ns = namespace(a={'b': 1}) %}{{ ns.a.b }}{{ ns['a']['b'] }}",
        "{% set ns = namespace() %}{% set ns['b'] = 1 %}",
        "{% set ns = namespace() %}{% set ns.a.b = 1 %}",
        "{% set ns = namespace(n=1) %}{% set ns.n = ns.n + ns.n %}{{ ns.n }}",
        "{% set ns = namespace(s='') %}{% for x in names %}{% set ns.s = ns.s ~ x[0] %}{% endfor %}{{ ns.s }}",
        "{% set _ = 1 %}{{ _ }}",
        "{% set größe = 1 %}{{ größe }}",
        "{% set x = (1, 2) %}{{ x[0] }}",
        "{% set x = 5 -%} {{ x }}",
        "{%set x=5%}{{x}}",
        "{% set x = not yes %}{{ x }}",
        "{% set x = names|first %}{{ x }}",
        "{% set x = messages[1:] %}{{ x|length }}",
        "{% set x = {'a': 1} %}{{ x.a }}",
        "{% set x = 'a' 'b' %}{{ x }}",
        "{% set x = range(3) %}{{ x|list }}{{ x|list }}",
        "{% set x = names|map('upper') %}{{ x|list }}{{ x|list }}",
        "{% set x = names|select('lower') %}{{ x|first }}{{ x|first }}",
        "{% set _ = names.append('x') %}",
        "{% set x = [] %}{% set _ = x.append(1) %}",
        "{% set x = {} %}{% set _ = x.update({'a': 1}) %}",
        "{% set x = 1 %} {% set y = 2 %}\n{{ x + y }}",
        "{% set messages = messages[1:] %}{{ messages[0].role }}",
        "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}",
        "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.reset() }}{{ c.next() }}",
        "{% set j = joiner(', ') %}{% for x in names %}{{ j() }}{{ x }}{% endfor %}",
        "{% set j = joiner() %}{{ j() }}a{{ j() }}b{{ j() }}c",
    ],
    "macro": [
        "{% macro m() %}a{% endmacro %}{{ m() }}{{ m() }}",
        "{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(1) }}{{ m(x=2) }}",
        "{% macro m(x) %}[{{ x }}]{{ x is defined }}{% endmacro %}{{ m() }}",
        "{% macro m(x) %}[{{ x.a }}]{% endmacro %}{{ m() }}",
        "{% macro m(x, y=2) %}{{ x }}{{ y }}{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(1, y=4) }}{{ m(y=5, x=6) }}",
        "{% macro m(x, y=x) %}{{ x }}{{ y }}{% endmacro %}{{ m(1) }}",
        "{% macro m(x=y, y=2) %}[{{ x }}]{{ y }}{% endmacro %}{{ m() }}",
        "{% macro m(x=text) %}{{ x }}{% endmacro %}{{ m() }}",
        "{% macro m(x=1, y) %}{% endmacro %}",
        "{% macro m(x, x) %}{{ x }}{% endmacro %}{{ m(1, 2) }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(1, 2) }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(y=2) }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(1, x=2) }}",
        "{% macro m() %}{{ varargs }}{% endmacro %}{{ m(1, 2) }}{{ m() }}",
        "{% macro m(x) %}{{ x }}{{ varargs }}{% endmacro %}{{ m(1, 2, 3) }}",
        "{% macro m() %}{{ kwargs }}{% endmacro %}{{ m(a=1, b=2) }}{{ m() }}",
        "{% macro m(x) %}{{ x }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, a=3) }}",
        "{% macro m() %}{{ kwargs.a }}{% endmacro %}{{ m(a=1) }}{{ m(1) }}",
        "{% macro m() %}{% for k, v in kwargs.items() %}{{ k }}={{ v }};{% endfor %}{% endmacro %}{{ m(a=1, b=2) }}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{% if caller %}{{ caller() }}{% else %}no{% endif %}{% endmacro %}{{ m() }}{% call m() %}yes{% endcall %}",
        "{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}a{{ text }}{% endcall %}",
        "{% macro m() %}{{ caller(1, 2) }}{% endmacro %}{% call(a, b) m() %}{{ a }}{{ b }}{% endcall %}",
        "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call(a, b=3) m() %}{{ a }}{{ b }}{% endcall %}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call(a) m() %}[{{ a }}]{% endcall %}",
        "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call m() %}a{% endcall %}",
        "{% macro m() %}{{ caller(b=1) }}{% endmacro %}{% call(b) m() %}{{ b }}{% endcall %}",
        "{% macro m(x) %}{{ x }}{{ caller() }}{{ caller() }}{% endmacro %}{% call m(1) %}a{% endcall %}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{% call m(1) %}a{% endcall %}",
        "{% macro m(caller) %}{{ caller() }}{% endmacro %}{% call m() %}a{% endcall %}",
        "{% macro m(caller=none) %}{{ caller() if caller else 'none' }}{% endmacro %}{{ m() }}{% call m() %}a{% endcall %}",
        "{% macro m() %}{{ caller.name }}{{ caller.arguments }}{% endmacro %}{% call(a) m() %}{% endcall %}",
        "{% macro n() %}({{ caller() }}){% endmacro %}{% macro m() %}<{% call n() %}{{ caller() }}{% endcall %}>{% endmacro %}{% call m() %}x{% endcall %}",
        "{% macro n() %}({{ caller() }}){% endmacro %}{% call n() %}a{% call n() %}b{% endcall %}{% endcall %}",
        "{% call upper() %}{% endcall %}",
        "{% call text.upper() %}{% endcall %}",
        "{% call text %}{% endcall %}",
        "{% call m %}{% endcall %}",
        "{% macro m(n) %}{{ n }}{% if n > 0 %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}",
        "{% macro m(l) %}{% for x in l %}{% if x is iterable %}({{ m(x) }}){% else %}{{ x }}{% endif %}{% endfor %}{% endmacro %}{{ m(nested) }}",
        "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}b{% endmacro %}{{ a() }}",
        "{{ m() }}{% macro m() %}a{% endmacro %}",
        "{% macro m(x, y=1) %}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m.catch_kwargs }}{{ m.catch_varargs }}{{ m.caller }}",
        "{% macro m() %}{{ kwargs }}{{ varargs }}{{ caller }}{% endmacro %}{{ m.catch_kwargs }}{{ m.catch_varargs }}{{ m.caller }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m.defaults }}{{ m.nope is defined }}",
        "{% macro m() %}{% endmacro %}[{{ m() }}]{{ m() is string }}{{ m is callable }}",
        "{% macro m() %}<b>{% endmacro %}{{ m() is escaped }}{{ m()|e }}{{ m() ~ '<' }}{{ m() + 'x' }}",
        "{% macro m() %} a {% endmacro %}[{{ m()|trim }}]",
        "{% macro m() %}1{% endmacro %}{{ m() + 1 }}",
        "{% macro m() %}1{% endmacro %}{{ m()|int + 1 }}",
        "{% macro m() %}{% endmacro %}{% if m() %}a{% else %}b{% endif %}",
        "{% macro m(x) -%}\n  {{ x }}\n{%- endmacro %}[{{ m(1) }}]",
        "{% macro m(x) %}\n  {{ x }}\n{% endmacro %}[{{ m(1) }}]",
        "{% macro m %}a{% endmacro %}",
        "{% macro () %}a{% endmacro %}",
        "{% macro m() %}a",
        "{% macro m() %}a{% endmacro m %}",
        "{% macro m(1) %}a{% endmacro %}",
        "{% macro m(x.y) %}a{% endmacro %}",
        "{% macro m(*args) %}a{% endmacro %}",
        "{% macro m(x,) %}{{ x }}{% endmacro %}{{ m(1,) }}",
        "{% macro m(varargs) %}{{ varargs }}{% endmacro %}{{ m(1) }}",
        "{% macro m(x=[]) %}{{ x }}{% endmacro %}{{ m() }}{{ m([1]) }}",
        "{% macro m(x=missing) %}{{ x is defined }}{% endmacro %}{{ m() }}",
        "{% macro m(x) %}{{ x is none }}{% endmacro %}{{ m(none) }}{{ m(missing) }}",
        "{% macro m(x=1) %}{{ x }}{% endmacro %}{{ m(missing) }}[{{ m(none) }}]",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(*[1]) }}{{ m(**{'x': 2}) }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ names|map('m')|list }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{% set f = m %}{{ f(1) }}",
        "{% macro m(f) %}{{ f('a') }}{% endmacro %}{% macro n(x) %}<{{ x }}>{% endmacro %}{{ m(n) }}",
        "{% macro m() %}{% macro n() %}inner{% endmacro %}{{ n() }}{% endmacro %}{{ m() }}[{{ n }}]",
        "{% macro m(messages) %}{{ messages|length }}{% endmacro %}{{ m([1, 2]) }}{{ m(messages) }}",
        "{% macro m() %}{{ raise_exception('x') }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{{ loop.index }}{% endmacro %}{% for x in [1] %}{{ m() }}{% endfor %}",
        "{% for x in [1, 2] %}{% macro m() %}{{ loop.index }}{% endmacro %}{{ m() }}{% endfor %}",
        "{% macro m(x) %}{% set x = x + 1 %}{{ x }}{% endmacro %}{{ m(1) }}",
        "{% macro m(ns) %}{% set ns.x = 5 %}{% endmacro %}{% set ns = namespace(x=1) %}{{ m(ns) }}{{ ns.x }}",
        "{% macro m(x) %}{% if x %}{{ x }}{% endif %}{% endmacro %}{{ m('a') ~ m('') ~ m('b') }}",
        "{% macro m(a, b, c) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(c=1, a=2, b=3) }}{{ m(1, c=3) }}",
        "{% macro m(a=1, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(b=5) }}",
        "{%- macro m(content) -%}\n{%- if content is string -%}\n{{ content }}\n{%- else -%}\n{%- for p in content -%}\n{{ p.text }}{{ '<i>' if p.type == 'image' }}\n{%- endfor -%}\n{%- endif -%}\n{%- endmacro -%}\n{{ m(messages[1].content) }}{{ m(messages[5].content) }}",
    ],
    "filter block": [
        "{% filter upper %}abc{{ text }}{% endfilter %}",
        "{% filter upper | replace('A', '1') %}abc{% endfilter %}",
        "{% filter replace('a', 'b') %}aaa{% endfilter %}",
        "{% filter trim %}  a  {% endfilter %}|",
        "{% filter indent(2) %}a\nb\n{% endfilter %}",
        "{% filter length %}abc{% endfilter %}",
        "{% filter tojson %}a\"b{% endfilter %}",
        "{% filter escape %}<{{ '<b>'|safe }}>{% endfilter %}",
        "{% filter list %}ab{% endfilter %}",
        "{% filter upper %}{% filter lower %}AB{% endfilter %}c{% endfilter %}",
        "{% filter nope %}a{% endfilter %}",
        "{% filter %}a{% endfilter %}",
        "{% filter upper %}a",
        "{% filter upper %}{% for x in names %}{{ x }}{% endfor %}{% endfilter %}",
        "{% for x in names %}{% filter upper %}{{ x }}{{ loop.index }}{% endfilter %}{% endfor %}",
        "{% filter upper() %}a{% endfilter %}",
        "{% filter int %}5{% endfilter %}",
        "{% filter reverse %}abc{% endfilter %}",
    ],
    "with": [
        "{% with %}a{% endwith %}",
        "{% with x = 1 %}{{ x }}{% endwith %}[{{ x }}]",
        "{% with x = 1, y = 2 %}{{ x }}{{ y }}{% endwith %}",
        "{% with x = 1, y = x %}{{ x }}[{{ y }}]{% endwith %}",
        "{% set x = 5 %}{% with x = 1, y = x %}{{ x }}{{ y }}{% endwith %}{{ x }}",
        "{% with %}{% set x = 1 %}{{ x }}{% endwith %}[{{ x }}]",
        "{% with text = 'a' %}{{ text }}{% endwith %}{{ text }}",
        "{% with a, b = [1, 2] %}{{ a }}{{ b }}{% endwith %}",
        "{% with (a, b) = [1, 2] %}{{ a }}{{ b }}{% endwith %}",
        "{% with x = 1 %}{% with x = 2 %}{{ x }}{% endwith %}{{ x }}{% endwith %}",
        "{% with x %}{% endwith %}",
        "{% with x = 1",
        "{% with x = 1 %}",
        "{% with ns = namespace(a=1) %}{% set ns.a = 2 %}{{ ns.a }}{% endwith %}",
        "{% with x = 1, %}{{ x }}{% endwith %}",
    ],
    "raw": [
        "{% raw %}{{ x }}{% if %}{# c #}{% endraw %}",
        "{% raw %}{% endraw %}",
        "{% raw %} a {% endraw %} b",
        "{% raw -%} a {%- endraw %} b",
        "a {%- raw %} b {% endraw -%} c",
        "a\n{% raw %}\nb\n{% endraw %}\nc",
        "a\n  {% raw %}\n  b\n  {% endraw %}\nc",
        "a\n  {%+ raw %}\n  b\n  {% endraw +%}\nc",
        "{%raw%}{{ x }}{%endraw%}",
        "{% raw %}{{ x }}",
        "{% raw %}{% raw %}{% endraw %}",
        "{% raw x %}{% endraw %}",
        "{% endraw %}",
        "{% raw %}'{% endraw %}'",
        "{%- raw -%}\n{{ x }}\n{%- endraw -%}\n",
        "{% if yes %}{% raw %}{% endif %}{% endraw %}{% endif %}",
        "{{ '{% raw %}' }}",
    ],
    "comments": [
        "a{# b #}c",
        "a{# {{ x }} {% if %} #}c",
        "a{#b\nc#}d",
        "a {#- b -#} c",
        "a {#- b #} c",
        "a {# b -#} c",
        "a\n{# b #}\nc",
        "a\n  {# b #}\nc",
        "a\n  {# b #}  \nc",
        "a\n  {#+ b #}\nc",
        "a\n{# b +#}\nc",
        "a {# b # c",
        "a {# {# b #} c",
        "a {# b #} #} c",
        "{##}a",
        "{#-#}a",
        "{#--#}a",
        "a{#",
        "a#}b",
        "{# a #}{# b #}\n{# c #}\n",
        "{{ 1 {# b #} }}",
        "{% if yes {# b #} %}a{% endif %}",
        "{# '#}' #}a",
        "x {#- a -#}\n\n {#- b -#} y",
        "## a\n# b\nc",
    ],
    "whitespace": [
        "a\n",
        "a\n\n",
        "a\n\n\n",
        "\n",
        "\n\n",
        "",
        " ",
        "a\r\n",
        "a\r",
        "a\r\r",
        "a\n\r",
        "a\r\nb\rc\nd",
        "a\r\n{% if yes %}\r\nb\r\n{% endif %}\r\nc\r\n",
        "a\r{% if yes %}\rb\r{% endif %}\rc\r",
        "{{ 'a\r\nb' }}",
        "{{ 'a\nb' }}",
        "a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g",
        "a\x85{% if yes %}\x85b{% endif %}",
        "a\u2028  {% if yes %}\u2028b{% endif %}",
        "a \u3000 {%- if yes -%} \u3000 b{% endif %}",
        "a \xa0 {{- 'x' -}} \xa0 b",
        "a \ufeff {{- 'x' -}} \ufeff b",
        "a \x1c\x85 {{- 'x' -}} \x1c\x85 b",
        "a \u200b {{- 'x' -}} \u200b b",
        "\ufeffa",
        "{{ 'x' }}\n",
        "{{ 'x' }}\n\n",
        "{% if yes %}\n{% endif %}\n",
        "a {% if yes %} b {% endif %} c",
        "a\n{% if yes %}\nb\n{% endif %}\nc\n",
        "a\n  {% if yes %}\n  b\n  {% endif %}\nc\n",
        "a\n\t{% if yes %}\n\tb\n\t{% endif %}\nc\n",
        "a\n \t {% if yes %}\nb\n \t {% endif %}\nc\n",
        "a\n  {% if yes %}  \n  b\n  {% endif %}  \nc\n",
        "a\n  x {% if yes %}\n  b\n  y {% endif %}\nc\n",
        "a\n  {{ 'x' }}\n  b\n",
        "a\n  {{ 'x' }}  \n  b\n",
        "  {% if yes %}b{% endif %}",
        "  {% if yes %}  {% if yes %}  b{% endif %}{% endif %}",
        "a\n  {% if yes %}{% if yes %}\nb{% endif %}{% endif %}\nc",
        "a\n  {%+ if yes %}\n  b\n  {%+ endif %}\nc\n",
        "a\n  {% if yes +%}\n  b\n  {% endif +%}\nc\n",
        "a\n  {%- if yes %}\n  b\n  {%- endif %}\nc\n",
        "a\n  {% if yes -%}\n  b\n  {% endif -%}\n  c\n",
        "a\n  {%- if yes -%}\n  b\n  {%- endif -%}\n  c\n",
        "a \n\n {%- if yes -%} \n\n b \n\n {%- endif -%} \n\n c",
        "a {{- ' x ' -}} b",
        "a {{ ' x ' -}} b",
        "a {{- ' x ' }} b",
        "a\n{{- 'x' -}}\nb",
        "a\n{{+ 'x' }}\nb",
        "a {{ 'x' +}} b",
        "{{- 'x' -}}",
        "{{-1}}",
        "{{- 1}}",
        "{{--1}}",
        "{{ 1-}}",
        "{{ 1 -}} a",
        "{{ 1--}}",
        "{{+1}}",
        "{{ +1}}",
        "{%-if yes-%} a {%-endif-%}",
        "{%+if yes+%} a {%+endif+%}",
        "{%if yes%}a{%endif%}",
        "{% if yes %}a{% endif%}\n\n b",
        "a{% if yes %}\n\nb{% endif %}\n\nc",
        "{% for x in [1, 2] %}\n{{ x }}\n{% endfor %}\n",
        "{% for x in [1, 2] %}\n  {{ x }}\n{% endfor %}\n",
        "{% for x in [1, 2] -%}\n  {{ x }}\n{% endfor %}\n",
        "{% for x in [1, 2] %}\n  {{ x }}\n{%- endfor %}\n",
        "{% for x in [1, 2] -%}\n  {{ x }}\n{%- endfor %}\n",
        "<ul>\n  {% for x in [1, 2] %}\n    <li>{{ x }}</li>\n  {% endfor %}\n</ul>\n",
        "{% set x = 1 %}\n{{ x }}\n",
        "{% set x = 1 %}\n\n{{ x }}\n\n",
        "{% set x = 1 %} \n{{ x }}",
        "  {% set x = 1 %}  {% set y = 2 %}\n  {{ x }}",
        "{% set x %}\n  a\n{% endset %}\n[{{ x }}]",
        "a\n{# c #}\n{% if yes %}\nb\n{% endif %}\n",
        "a  {#- c -#}  {%- if yes -%}  b  {%- endif -%}  c",
        "x\n   {%- raw %}\n  a {% endraw %}\n  y",
        "{{ 1 }} {{ 2 }}",
        "{{ 1 }}\n{{ 2 }}",
        "{{ 1 }}{{ 2 }}",
        "{{\n1\n+\n2\n}}",
        "{{\t1\t}}",
        "{%\nif yes\n%}a{%\nendif\n%}",
        "{% if\nyes %}\na\n{% endif\n%}\nb",
        "{{ 1\u30001 }}",
        "{{ 1\xa0+\xa01 }}",
        "{{ 1\x0c+\x0b1 }}",
        "{{\ufeff1 }}",
        "{{ names\n  | map('upper')\n  | join(', ')\n}}",
        "a\n\n  {%- set x = 1 %}\n\n  {{- x }}\n\n",
        "{%- if yes %}\n\n\na{% endif %}",
        "a\n    {% if yes %}    b\n    {% endif %}    c",
        "\t{% if yes %}a{% endif %}\t\n\tb",
        "a\x0b{% if yes %}b{% endif %}",
        "a\n\x0c {% if yes %}b{% endif %}",
        "a\n\u3000{% if yes %}b{% endif %}",
        "a\n\xa0{% if yes %}b{% endif %}",
        "{% if yes %}\x0b\nb{% endif %}",
        "{% if yes %}\u3000\nb{% endif %}",
        "a\n  {% if yes %}\r\n  b{% endif %}\r\n\r\nc",
        "{% filter upper %}\n  a\n{% endfilter %}\n  b",
        "{% macro m() %}\n  a\n{% endmacro %}\n[{{ m() }}]\n",
        "{% block b %}\n  a\n{% endblock %}\n  c\n",
        "{% with %}\n  a\n{% endwith %}\n  c\n",
        "{% if yes %}a{% endif %} \n",
        "{% for m in messages[:2] %}\n{{ '<|' ~ m.role ~ '|>' }}\n{{ m.content }}\n{% endfor %}\n",
        "{%- for m in messages[:2] %}\n    {{- '<|' + m.role + '|>\\n' + m.content + '<|end|>' }}\n{%- endfor %}\n",
    ],
    "delimiters": [
        "{",
        "}",
        "{ {",
        "{{",
        "{{ 1",
        "{{ 1 }",
        "{{ 1 } }",
        "{{ 1 %}",
        "{% if yes }}a{% endif %}",
        "{%",
        "{% %}",
        "{{}}",
        "{{ }}",
        "}}",
        "%}",
        "{ { 1 } }",
        "{{ {'a': 1} }}",
        "{{ {'a': {'b': 1}} }}",
        "{{ {'a': {'b': 1}}.a.b }}",
        "{{ {} }}",
        "{{{}}}",
        "{{ {'a': 1}}}",
        "{{{'a': 1}}}",
        "{{{'a': 1}['a']}}",
        "{{ '}}' }}",
        '{{ "{{" }}',
        "{{ '%}' }}{% if '%}' %}a{% endif %}",
        "{{ {{ 1 }} }}",
        "{% if {{ yes }} %}a{% endif %}",
        "${{ 1 }}",
        "{{{ 1 }}}",
        "{ {{ 1 }} }",
        "{%{{ 1 }}%}",
        "a{b}c",
        "a { b } c % d # e",
        "{$ x $}",
        "<% x %>",
        "\\{{ 1 }}",
        "'{{ 1 }}'",
        "{{ 1 }}}",
        "{{ (1 }}",
        "{{ 1) }}",
        "{{ [1) }}",
        "{% if (yes %}a{% endif %}",
        "{{ 'a }}",
        "{% nope %}",
        "{% do names.append(1) %}",
        "{% do 1 %}",
        "{% trans %}a{% endtrans %}",
        "{% debug %}",
        "{% print 1 %}",
        "{% print(1, 2) %}",
        "{% print %}",
        "{% 'a' %}",
        "{% 1 %}",
        "{% if %}",
        "{% endblock %}",
        "{% endmacro %}",
        "{% endset %}",
        "{% while yes %}{% endwhile %}",
        "{% if yes %}{% for x in names %}{% endif %}{% endfor %}",
        "{% autoescape true %}{{ markup }}{% endautoescape %}",
        "{% autoescape true %}{{ markup|safe }}{{ '<' ~ 1 }}{{ '<' + '>' }}{{ names|join('<') }}{% endautoescape %}",
        "{% autoescape true %}{{ markup|upper }}{{ ('<'|safe) ~ '<' }}{{ [markup] }}{{ nothing }}{{ 1.5 }}{% endautoescape %}",
        "{% autoescape true %}{{ markup|e }}{{ markup|forceescape }}{{ markup|e|forceescape }}{% endautoescape %}",
        "{% autoescape true %}{{ markup|replace('T', '<') }}{{ markup|indent }}{{ markup|tojson }}{% endautoescape %}",
        "{% autoescape true %}<b>{% set x %}<i>{{ '<' }}{% endset %}{{ x }}{{ x is escaped }}{% endautoescape %}",
        "{% autoescape true %}{% macro m(x) %}<i>{{ x }}{% endmacro %}{{ m('<') }}{{ m('<') is escaped }}{% endautoescape %}",
        "{% autoescape true %}{% filter upper %}<b>{{ '<' }}{% endfilter %}{% endautoescape %}",
        "{% autoescape true %}{{ {'a': '<'}|xmlattr }}{{ 'a.org <'|urlize }}{{ '<b>'|striptags }}{% endautoescape %}",
        "{% autoescape true %}{{ missing }}{{ missing ~ '<' }}{{ yes }}{{ data }}{% endautoescape %}",
        "{% autoescape true %}{{ '%s'|format('<') }}{{ ('%s'|safe)|format('<') }}{{ '<%s>' % '<' }}{% endautoescape %}",
        "{% autoescape true %}{{ ['<', '<'|safe]|join }}{{ ['<', '<'|safe]|join('&') }}{{ '<'|string }}{% endautoescape %}",
        "{% autoescape false %}{{ markup }}{% endautoescape %}",
        "{% autoescape no %}{{ markup }}{% endautoescape %}",
        "{% autoescape yes %}{{ markup }}{% endautoescape %}",
        "{% autoescape %}{{ markup }}{% endautoescape %}",
        "{% autoescape true %}{% autoescape false %}{{ '<' }}{% endautoescape %}{{ '<' }}{% endautoescape %}{{ '<' }}",
        "{% autoescape true %}{{ '<' }}",
    ],
    "blocks, include and import": [
        "a{% block b %}c{% endblock %}d",
        "a{% block b %}c{% endblock b %}d",
        "a{% block b %}c{% endblock c %}d",
        "{% block b %}c{% endblock %}{{ self.b() }}",
        "{{ self.b() }}{% block b %}c{% endblock %}",
        "{% block b %}{{ super() }}{% endblock %}",
        "{% block b %}{% block c %}x{% endblock %}{% endblock %}",
        "{% block b %}1{% endblock %}{% block b %}2{% endblock %}",
        "{% block b %}{% set x = 1 %}{{ x }}{% endblock %}[{{ x }}]",
        "{% block b %}{{ text }}{% endblock %}",
        "{% block b required %}{% endblock %}",
        "{% block b required %}a{% endblock %}",
        "{% block b-c %}{% endblock %}",
        "{% block %}{% endblock %}",
        "{% block b %}a",
        "{% block b scoped %}a{% endblock %}",
        "{% if no %}{% block b %}a{% endblock %}{% endif %}",
        "{% for x in [1, 2] %}{% block b %}a{% endblock %}{% endfor %}",
        "{% macro m() %}{% block b %}a{% endblock %}{% endmacro %}{{ m() }}",
        "{{ self.nope() }}",
        "{% include 'x' %}",
        "{% include 'x' ignore missing %}",
        "{% include ['x', 'y'] %}",
        "{% include missing %}",
        "{% include %}",
        "{% if no %}{% include 'x' %}{% endif %}a",
        "{% import 'x' as y %}",
        "{% import 'x' %}",
        "{% from 'x' import y %}",
        "{% from 'x' import y as z, w with context %}",
        "{% from 'x' %}",
        "{% extends 'x' %}",
        "{% extends missing %}",
        "{% if no %}{% extends 'x' %}{% endif %}a",
        "{% extends 'x' %}{% extends 'y' %}",
        "{% extends %}",
    ],
    "chat: templates": [
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + (message['content'] if message['content'] is string else message['content'][0]['text']) + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
        "{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}{% endfor %}",
        "{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}{% else %}{% set rest = messages %}{% set system = '' %}{% endif %}{{ system }}|{{ rest|length }}",
        "{% set ns = namespace(is_first=false, is_tool=false, prompt='', count=0) %}{% for m in messages %}{% if m.role == 'system' %}{% set ns.prompt = m.content %}{% elif m.role == 'tool' %}{% set ns.is_tool = true %}{% endif %}{% set ns.count = ns.count + 1 %}{% endfor %}{{ ns.prompt }}{{ ns.is_tool }}{{ ns.count }}",
        "{% set ns = namespace(last=-1, multi=true) %}{% for m in messages[::-1] %}{% set index = (messages|length - 1) - loop.index0 %}{% if ns.multi and m.role == 'user' and m.content is string %}{% set ns.multi = false %}{% set ns.last = index %}{% endif %}{% endfor %}{{ ns.last }}",
        "{% for m in messages %}{% if m.role == 'assistant' and m.tool_calls %}{% for call in m.tool_calls %}{% set f = call.function %}<tool_call>\n{\"name\": \"{{ f.name }}\", \"arguments\": {{ f.arguments | tojson }}}\n</tool_call>{% if not loop.last %}\n{% endif %}{% endfor %}{% endif %}{% endfor %}",
        "{% for tool in tools %}{{ tool | tojson }}{{ '\\n' if not loop.last }}{% endfor %}",
        "{% for tool in tools %}{% set t = tool.function %}def {{ t.name }}({% for k, v in t.parameters.properties.items() %}{{ k }}: {{ v.type }}{% if k not in t.parameters.required %} = {{ v.default|default(none) }}{% endif %}{% if not loop.last %}, {% endif %}{% endfor %}){% endfor %}",
        "{% for m in messages %}{% if m.content is string and '</think>' in m.content %}{{ m.content.split('</think>')[-1].lstrip('\\n') }}{% endif %}{% endfor %}",
        "{% for m in messages %}{{- m.role | capitalize }}: {{ m.content | string | trim }}\n{% endfor %}",
        "{% for m in messages if m.role != 'system' %}{{ loop.index0 }}{{ m.role[0] }}{% endfor %}",
        "{% for m in messages %}{% if m['content'] is string %}{{ m['content'] }}{% elif m['content'] is iterable %}{% for p in m['content'] %}{% if p['type'] == 'text' %}{{ p['text'] }}{% elif p['type'] == 'image' %}<image>{% endif %}{% endfor %}{% endif %}\n{% endfor %}",
        "{% for m in messages %}{{ loop.index0 }}{% if loop.first and m.role == 'system' %}S{% elif m.role == 'user' and not loop.last %}U{% elif loop.last %}L{% endif %}{% endfor %}",
        "{% for role, group in messages|groupby('role') %}{{ role }}={{ group|length }} {% endfor %}",
        "{% for k, v in messages[2].tool_calls[0].function.arguments.items() %}<{{ k }}>{{ v if v is string else v|tojson }}</{{ k }}>{% endfor %}",
        "{% for k, v in messages[2].tool_calls[0].function.arguments|dictsort %}{{ k }}={{ v }} {% endfor %}",
        "{% for k, v in messages[2].tool_calls[0].function.arguments|items %}{{ k }}:{{ v | tojson if v is mapping or (v is sequence and v is not string) else v | string }};{% endfor %}",
        "{% set system = messages|selectattr('role', 'equalto', 'system')|map(attribute='content')|join('\\n') %}{{ system }}",
        "{% set loop_messages = messages|rejectattr('role', 'equalto', 'system')|list %}{{ loop_messages|length }}{{ loop_messages[0].role }}",
        "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}{{ add_generation_prompt }}",
        "{% if tools is not none and tools is defined and tools|length > 0 %}{{ tools|length }} tools{% endif %}",
        "{% set tools = tools or [] %}{% if tools %}yes{% endif %}",
        "{%- if messages[0].role == 'system' %}\n    {{- messages[0].content + '\\n\\n' }}\n{%- endif %}\n{{- '# Tools' }}\n{%- for tool in tools %}\n    {{- '\\n' }}\n    {{- tool | tojson }}\n{%- endfor %}",
        "{% macro type_of(p) %}{% if p.type is string %}{{ p.type }}{% elif p.type is iterable %}{{ p.type|join(' | ') }}{% else %}any{% endif %}{% endmacro %}{% for k, p in tools[0].function.parameters.properties.items() %}{{ k }}: {{ type_of(p) }}; {% endfor %}",
        "{% for m in messages %}{% if m.role == 'tool' %}{% if loop.first or messages[loop.index0 - 1].role != 'tool' %}<start>{% endif %}{{ m.content }}{% if loop.last or messages[loop.index0 + 1].role != 'tool' %}<end>{% endif %}{% endif %}{% endfor %}",
        "{% for m in messages %}{% if messages[loop.index].role is defined %}{{ messages[loop.index].role }}{% endif %};{% endfor %}",
        "{% set offset = 1 if messages[0].role == 'system' else 0 %}{% for m in messages %}{{ loop.index0 % 2 == offset }} {% endfor %}",
        "{% for m in messages %}{% set content = m.content if m.content is string else m.content|map(attribute='text')|select('defined')|join %}{{ content|trim|length }} {% endfor %}",
        "{% for m in messages %}{% if m.role not in ['system', 'user', 'assistant'] %}{{ raise_exception('Unknown role: ' ~ m.role) }}{% endif %}{% endfor %}",
        "{% for m in messages %}{{ m.get('name', m.get('role')) }}/{% endfor %}",
        "{{ 'Cutting Knowledge Date: ' }}{{ 'Today Date: ' + strftime_now('%d %b %Y') + '\\n\\n' }}",
        "{% set date = strftime_now('%Y-%m-%d') if strftime_now is defined else '2024' %}{{ date }}",
        "{% for message in messages %}{% if loop.index0 == messages|length - 2 %}{{ message.content|trim }}{% endif %}{% endfor %}",
        "{% for message in messages %}{% if message.content is not string %}{% continue %}{% endif %}{{ message.role }},{% endfor %}",
        "{{ messages|tojson(indent=2) }}",
        "{{ tools|tojson(indent=4, separators=(',', ': ')) }}",
    ],
}

ADDRESS = re.compile(r"0x[0-9a-f]{6,}|<(?:function|built-in|bound|generator|class|method|Macro|Namespace)\b")


def lines(block):
    return [line for line in block.split("\n") if line]


def headed(block):
    """Group and expression of each line of a block whose lines `== name` begin groups."""
    for line in lines(block):
        if line.startswith("== "):
            group = line[3:]
        else:
            yield group, "{{ " + line + " }}"


def name(call):
    return re.match(r"\w+|\S+", call)[0]


def filters():
    for call, value in itertools.product(lines(FILTERS), lines(VALUES)):
        yield f"filter {name(call)}", "{{ " + f"{value}|{call}" + " }}"
    for call, value in itertools.product(lines(TEXT_FILTERS), lines(TEXTS)):
        yield f"filter {name(call)}", "{{ " + f"{value}|{call}" + " }}"


def tests():
    for call, value in itertools.product(lines(TESTS), [*lines(VALUES), "namespace(a=1)"]):
        yield f"test {name(call)}", "{{ " + f"{value} is {call}" + " }} {{ " + f"{value} is not {call}" + " }}"


def operators():
    """The operators that give a value; those that give a truth value two in one template."""
    for operator, left, right in itertools.product(("+", "*", "%", "~"), lines(OPERANDS), lines(OPERANDS)):
        yield f"operator {operator}", "{{ " + f"{left} {operator} {right}" + " }}"
    for operator, left, right in itertools.product(("-", "/", "//", "**"), lines(FEW_OPERANDS), lines(FEW_OPERANDS)):
        yield f"operator {operator}", "{{ " + f"{left} {operator} {right}" + " }}"
    for pair, left, right in itertools.product(
        (("==", "!="), ("<", ">="), ("in", "not in"), ("and", "or")), lines(OPERANDS), lines(OPERANDS)
    ):
        expressions = [f"{left} {operator} {right}" for operator in pair]
        yield f"operator {' '.join(pair)}", " ".join("{{ " + expression + " }}" for expression in expressions)


def methods():
    for method, value in itertools.product(METHODS_OF_TEXT, lines(TEXTS)):
        yield f"method {method}", "{{ [" + f"{value}.{method}()" + "] }}"
    for method, texts in itertools.product(QUESTIONS_OF_TEXT, [*lines(KINDS_OF_TEXT), f"[{', '.join(lines(TEXTS))}]"]):
        yield f"method {method}", "{% for t in " + texts + " %}{{ t." + method + "() }} {% endfor %}"


def templates():
    for group, sources in TEMPLATES.items():
        for source in sources:
            yield group, source


def together(made, generated):
    """Templates that give text, eight to a template; each that raises stays alone."""
    for group, members in itertools.groupby(generated, lambda member: member[0]):
        results = {source: outcome(made, source) for _, source in members}
        fine = [source for source, result in results.items() if can_be_told(result) and "text" in result]
        for start in range(0, len(fine), 8):
            yield group, "\n".join(fine[start : start + 8])
        for source, result in results.items():
            if "error" in result:
                yield group, source


def sources(made):
    blocks = (
        FILTER_ARGUMENTS, TEST_ARGUMENTS, METHODS, OPERATORS, VALUES_AND_LOOKUPS, LITERALS, UNDEFINED, GLOBALS, CHAT,
    )
    generated = (filters(), tests(), operators(), methods())
    return itertools.chain(*map(headed, blocks), templates(), *(together(made, each) for each in generated))


def can_be_told(result):
    return not ADDRESS.search(result.get("text", ""))


def outcome(made, source):
    try:
        return {"text": made.from_string(source).render(**copy.deepcopy(VARIABLES))}
    except Exception as error:
        return {"error": type(error).__name__}


def cases():
    made = environment()
    seen = set()
    for group, source in sources(made):
        if source in seen:
            continue
        seen.add(source)
        result = outcome(made, source)
        if can_be_told(result):
            yield {"group": group, "source": source, **result}


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def check_versions():
    found = importlib.metadata.version("jinja2"), sys.version_info[:2]
    if found != ("3.1.6", (3, 11)) or not importlib.metadata.version("markupsafe").startswith("3."):
        raise SystemExit("needs jinja2 3.1.6, MarkupSafe 3 and Python 3.11")


def main():
    check_versions()
    found = list(cases())
    variables = ",\n".join(f"{compact(key)}:{compact(value)}" for key, value in VARIABLES.items())
    listed = ",\n".join(map(compact, found))
    written = f'{{\n"variables": {{\n{variables}\n}},\n"cases": [\n{listed}\n]\n}}\n'
    size = len(written.encode())
    if len(found) > MOST_CASES or size > MOST_BYTES:
        raise SystemExit(f"{len(found)} cases, {size} bytes: too many")
    OUTPUT.write_text(written)
    raising = sum("error" in case for case in found)
    print(f"{len(found)} cases, {raising} raise, {size} bytes in {OUTPUT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
