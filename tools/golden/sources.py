"""Which characters of a rendering came from which field of which message, found by jinja2 itself.

    python3 tools/golden/sources.py
    python3 tools/golden/sources.py --show chatml "one turn"
    python3 tools/golden/sources.py --file some.jinja

Writes packages/templates/test/golden/sources.json: for every template and conversation of conversations.json, without
and with generation prompt, a digest of the runs [[start, end, message, "field"], ...] in UTF-16 code units; None where
the template refuses. Run it with the Python that runs templates.py. `--show` prints one cell in full, `--file` renders
a template with all conversations and prints text and runs as JSON.

The strings of the messages are given to the template as `Tracked`, a str with an owner for each character: None where
the template wrote it, otherwise (index of the message, its key). All that makes text of text hands the owners on.
What is not followed raises, and so does a text that is not the one of templates.py's environment.

What belongs to whom:

- All strings of a message are owned, the names of arguments too, but not its role and its own keys.
- Lists and dicts inside of a message are owned. Where one becomes text, all of that text is owned. One that the
  template made is not: its punctuation and quotes are the template's, the strings inside keep their owners.
- Numbers, booleans and none are not owned. Padding is the template's.
- Characters that `replace` inserts and that have no owner get that of the first character they replace. A change of
  case that changes the length gives all characters the first owner. An escape belongs to whom its character did.
"""

import argparse
import functools
import json
import pathlib
import re
import string
import textwrap

import jinja2
import jinja2.ext
import jinja2.filters
import jinja2.sandbox
import markupsafe

import templates

SOURCES = templates.PACKAGE / "test" / "golden" / "sources.json"
SPECIAL = {"bos_token": "<bos>", "eos_token": "<eos>"}
HIDDEN = ("train", "weight")
REFUSALS = (jinja2.exceptions.TemplateError, TypeError)


# Texts


class Tracked(str):
    """A text with an owner for each character. All methods give the text that str's would give."""

    def __new__(cls, text, owners):
        assert len(text) == len(owners)
        made = str.__new__(cls, text)
        made._owners = owners
        return made

    def _like(self, text, owners):
        return type(self)(text, owners)

    def _operand(self, value):
        """What a text that is put into this one becomes first."""
        return value

    def _all(self, pieces):
        whole = joined(pieces)
        return self._like(plain(whole), whole._owners)

    def _cut(self, start, end):
        return self._like(plain(self)[start:end], self._owners[start:end])

    def _pieces(self, pieces, separator):
        """Cuts that read so, in order; without a separator, whitespace between them is left out."""
        found, at = [], 0
        for piece in pieces:
            at = plain(self).index(piece, at)
            found.append(self._cut(at, at + len(piece)))
            at += len(piece) + len(separator or "")
        return found

    def _changed(self, text):
        """This text in another case."""
        if len(text) == len(self):
            return self._like(text, self._owners)
        return self._like(text, [first_owner(self)] * len(text))

    def _padded(self, text, left):
        right = len(text) - len(self) - left
        return self._like(text, [None] * left + self._owners + [None] * right)

    def __str__(self):
        return self

    def __iter__(self):
        for character, owner in zip(plain(self), self._owners):
            yield Tracked(character, [owner])

    def __getitem__(self, key):
        owners = self._owners[key] if isinstance(key, slice) else [self._owners[key]]
        return self._like(plain(self)[key], owners)

    def __add__(self, other):
        return added(self, other) if isinstance(other, str) else NotImplemented

    def __radd__(self, other):
        return added(other, self) if isinstance(other, str) else NotImplemented

    def __mul__(self, count):
        return self._like(plain(self) * count, self._owners * count)

    def __rmul__(self, count):
        return self * count

    def __mod__(self, given):
        return percent(self, given)

    def __format__(self, spec):
        text = format(plain(self), spec)
        precision = re.search(r"\.(\d+)s?$", spec)
        align = re.match(r".?([>^])", spec, re.DOTALL)
        kept = self[: int(precision[1])] if precision else self
        pad = len(text) - len(kept)
        return kept._padded(text, 0 if not align else pad if align[1] == ">" else pad // 2)

    def upper(self):
        return self._changed(plain(self).upper())

    def lower(self):
        return self._changed(plain(self).lower())

    def title(self):
        return self._changed(plain(self).title())

    def capitalize(self):
        return self._changed(plain(self).capitalize())

    def casefold(self):
        return self._changed(plain(self).casefold())

    def swapcase(self):
        return self._changed(plain(self).swapcase())

    def lstrip(self, chars=None, /):
        return self._cut(len(self) - len(plain(self).lstrip(chars)), len(self))

    def rstrip(self, chars=None, /):
        return self._cut(0, len(plain(self).rstrip(chars)))

    def strip(self, chars=None, /):
        return self.lstrip(chars).rstrip(chars)

    def removeprefix(self, prefix, /):
        return self._cut(len(self) - len(plain(self).removeprefix(prefix)), len(self))

    def removesuffix(self, suffix, /):
        return self._cut(0, len(plain(self).removesuffix(suffix)))

    def split(self, sep=None, maxsplit=-1):
        return self._pieces(plain(self).split(sep, maxsplit), sep)

    def rsplit(self, sep=None, maxsplit=-1):
        return self._pieces(plain(self).rsplit(sep, maxsplit), sep)

    def splitlines(self, keepends=False):
        found, at = [], 0
        for line, whole in zip(plain(self).splitlines(), plain(self).splitlines(True)):
            found.append(self._cut(at, at + len(whole if keepends else line)))
            at += len(whole)
        return found

    def partition(self, sep, /):
        return self._parts(plain(self).partition(sep))

    def rpartition(self, sep, /):
        return self._parts(plain(self).rpartition(sep))

    def _parts(self, parts):
        first, second = len(parts[0]), len(parts[0]) + len(parts[1])
        return self._cut(0, first), self._cut(first, second), self._cut(second, len(self))

    def join(self, items, /):
        pieces = []
        for item in items:
            pieces += [self, self._operand(item)]
        return self._all(pieces[1:])

    def replace(self, old, new, count=-1, /):
        plain(self).replace(old, new, count)  # Raises what Python raises.
        new = self._operand(new)
        pieces, at = [], 0
        for start in places(plain(self), old, count):
            replaced = self._owners[start] if old else None
            pieces += [self._cut(at, start), with_owner(new, replaced)]
            at = start + len(old)
        return self._all([*pieces, self._cut(at, len(self))])

    def center(self, width, fillchar=" ", /):
        text = plain(self).center(width, self._operand(fillchar))
        pad = len(text) - len(self)
        return self._padded(text, pad // 2 + (pad & width & 1))

    def ljust(self, width, fillchar=" ", /):
        return self._padded(plain(self).ljust(width, self._operand(fillchar)), 0)

    def rjust(self, width, fillchar=" ", /):
        text = plain(self).rjust(width, self._operand(fillchar))
        return self._padded(text, len(text) - len(self))

    def zfill(self, width, /):
        text = plain(self).zfill(width)
        sign = 1 if plain(self).startswith(("+", "-")) else 0
        zeros = [None] * (len(text) - len(self))
        return self._like(text, self._owners[:sign] + zeros + self._owners[sign:])

    def expandtabs(self, tabsize=8):
        owners, column = [], 0
        for character, owner in zip(plain(self), self._owners):
            width = 1
            if character == "\t":
                width = tabsize - column % tabsize if tabsize > 0 else 0
            owners += [owner] * width
            column = 0 if character in "\r\n" else column + width
        return self._like(plain(self).expandtabs(tabsize), owners)

    def translate(self, table, /):
        return self._all([with_owner(plain(piece).translate(table), piece._owners[0]) for piece in self])

    def format(self, /, *args, **kwargs):
        return formatted(string.Formatter(), self, args, kwargs)

    def format_map(self, mapping, /):
        return formatted(string.Formatter(), self, (), mapping)

    def encode(self, *_args, **_kwargs):
        raise NotImplementedError("encode is not followed")


# All of str's methods are above, but for those that give no text.
TEXTLESS = re.compile(r"__\w+__|count|endswith|r?find|r?index|startswith|is[a-z]+|maketrans")
assert all(name in vars(Tracked) or TEXTLESS.fullmatch(name) for name in vars(str))


class TrackedMarkup(Tracked, markupsafe.Markup):
    """Text that is safe as HTML: what is put into it is escaped first."""

    def _operand(self, value):
        return escaped(value)

    def __str__(self):
        return Tracked(plain(self), self._owners)

    def __repr__(self):
        return f"Markup({plain(self)!r})"

    def unescape(self):
        raise NotImplementedError("unescape is not followed")

    def striptags(self):
        raise NotImplementedError("striptags is not followed")


def plain(text):
    return str.__str__(text)


def owners_of(text):
    return text._owners if isinstance(text, Tracked) else [None] * len(text)


def first_owner(text):
    return next((owner for owner in owners_of(text) if owner), None)


def followed(text):
    return text if isinstance(text, Tracked) else Tracked(text, [None] * len(text))


def with_owner(text, owner):
    """The text; characters without an owner get this one."""
    return Tracked(plain(text), [own or owner for own in owners_of(text)])


def joined(pieces):
    pieces = list(pieces)
    return Tracked("".join(pieces), [owner for piece in pieces for owner in owners_of(piece)])


def added(left, right):
    if hasattr(left, "__html__") or hasattr(right, "__html__"):
        return marked(joined([escaped(left), escaped(right)]))
    return joined([left, right])


def places(text, old, count):
    """Where `replace` finds what it replaces."""
    if old == "":
        found = list(range(len(text) + 1))
    else:
        found = [match.start() for match in re.finditer(re.escape(old), text)]
    return found if count < 0 else found[:count]


def marked(value):
    """Markup(value)"""
    text = value if isinstance(value, Tracked) else followed(text_of(value))
    return TrackedMarkup(plain(text), text._owners)


def escaped(value):
    """markupsafe.escape(value)"""
    if hasattr(value, "__html__"):
        return marked(value)
    text = followed(text_of(value))
    return marked(joined(with_owner(markupsafe.escape(plain(one)), one._owners[0]) for one in text))


SPEC = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?(?P<rest>(?P<flags>[#0 +-]*)(?P<width>\d*)(?:\.(?P<precision>\d*))?[hlL]?(?P<kind>.))",
    re.DOTALL,
)


def percent(text, given):
    """text % given"""
    plain(text) % given  # Raises what Python raises.
    values = iter(given if isinstance(given, tuple) else (given,))
    pieces, at = [], 0
    for spec in SPEC.finditer(plain(text)):
        pieces.append(text._cut(at, spec.start()))
        if spec["kind"] == "%":
            pieces.append(text._cut(spec.end() - 1, spec.end()))
        else:
            value = next(values) if spec["key"] is None else given[spec["key"]]
            pieces.append(text._operand(converted(spec, value)))
        at = spec.end()
    return text._all([*pieces, text._cut(at, len(text))])


def converted(spec, value):
    if spec["kind"] == "*":
        raise NotImplementedError("% with * is not followed")
    if spec["kind"] not in "sr":
        return f"%{spec['rest']}" % (value,)
    text = followed(text_of(value) if spec["kind"] == "s" else repr_of(value))
    text = text[: int(spec["precision"] or 0)] if spec["precision"] is not None else text
    width = int(spec["width"] or 0)
    return text.ljust(width) if "-" in spec["flags"] else text.rjust(width)


def formatted(formatter, text, args, kwargs):
    """text.format(*args, **kwargs), as string.Formatter does it"""
    if first_owner(text):
        raise NotImplementedError("format of a message's text is not followed")
    pieces, count = [], 0
    for literal, field, spec, conversion in formatter.parse(plain(text)):
        pieces.append(literal)
        if field is None:
            continue
        if field == "":
            field, count = str(count), count + 1
        value, _ = formatter.get_field(field, args, kwargs)
        if conversion is not None:
            value = {"s": text_of, "r": repr_of, "a": ascii}[conversion](value)
        spec = formatter.vformat(spec, args, kwargs)
        pieces.append(text._operand(format(value, spec) if spec else text_of(value)))
    return text._all(pieces)


# Lists and dicts


class OwnedList(list):
    def __init__(self, items, owner):
        super().__init__(items)
        self._owner = owner

    def __str__(self):
        return with_owner(repr(self), self._owner)

    def __getitem__(self, key):
        found = super().__getitem__(key)
        return OwnedList(found, self._owner) if isinstance(key, slice) else found


class OwnedDict(dict):
    def __init__(self, items, owner):
        super().__init__(items)
        self._owner = owner

    def __str__(self):
        return with_owner(repr(self), self._owner)


OWNED = (OwnedList, OwnedDict)
VIEWS = tuple(type(view) for view in ({}.keys(), {}.values(), {}.items()))


def owned(value, owner):
    if isinstance(value, str):
        return Tracked(value, [owner] * len(value))
    if isinstance(value, list):
        return OwnedList([owned(item, owner) for item in value], owner)
    if isinstance(value, dict):
        return OwnedDict({owned(key, owner): owned(inner, owner) for key, inner in value.items()}, owner)
    return value


def text_of(value):
    """str(value)"""
    if isinstance(value, (list, tuple, dict, *VIEWS)):
        return repr_of(value)
    return str(value)


def repr_of(value):
    """repr(value)"""
    if isinstance(value, OWNED):
        return str(value)
    if isinstance(value, Tracked):
        return repr_of_text(value)
    if type(value) is list:
        return joined(["[", *between(", ", map(repr_of, value)), "]"])
    if isinstance(value, tuple):
        return joined(["(", *between(", ", map(repr_of, value)), ",)" if len(value) == 1 else ")"])
    if type(value) is dict:
        return joined(["{", *between(", ", (joined([repr_of(k), ": ", repr_of(v)]) for k, v in value.items())), "}"])
    if isinstance(value, VIEWS):
        return joined([type(value).__name__, "(", repr_of(list(value)), ")"])
    return repr(value)


def repr_of_text(text):
    if hasattr(text, "__html__"):
        return joined(["Markup(", repr_of_text(str(text)), ")"])
    quote = repr(text)[0]
    pieces = [with_owner("\\" + quote if one == quote else repr(one)[1:-1], one._owners[0]) for one in text]
    return joined([quote, *pieces, quote])


def between(separator, pieces):
    pieces = list(pieces)
    return [part for piece in pieces for part in (separator, piece)][1:]


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    options = {"ensure_ascii": ensure_ascii, "indent": indent, "separators": separators, "sort_keys": sort_keys}
    text = json_of(value, options, 0)
    assert plain(text) == json.dumps(value, **options)
    return text


def json_of(value, options, level):
    """The JSON of a value that stands so many levels deep."""
    if isinstance(value, OWNED):
        return with_owner(json.dumps(value, **options).replace("\n", line_break(options, level)), value._owner)
    if isinstance(value, str):
        return json_of_text(value, options)
    if isinstance(value, (list, tuple)):
        return json_block("[]", [json_of(item, options, level + 1) for item in value], options, level)
    if isinstance(value, dict):
        colon = options["separators"][1] if options["separators"] else ": "
        members = sorted(value.items()) if options["sort_keys"] else value.items()
        written = [
            joined([json_of_key(key, options), colon, json_of(inner, options, level + 1)]) for key, inner in members
        ]
        return json_block("{}", written, options, level)
    return json.dumps(value, **options)


def json_of_key(key, options):
    return json_of_text(key if isinstance(key, str) else json.dumps(key), options)


def json_of_text(text, options):
    ascii_only = options["ensure_ascii"]
    pieces = [with_owner(json.dumps(one, ensure_ascii=ascii_only)[1:-1], one._owners[0]) for one in followed(text)]
    return joined(['"', *pieces, '"'])


def json_block(brackets, members, options, level):
    if not members:
        return brackets
    indents = options["indent"] is not None
    comma = options["separators"][0] if options["separators"] else "," if indents else ", "
    inner = line_break(options, level + 1) if indents else ""
    outer = line_break(options, level) if indents else ""
    return joined([brackets[0], inner, *between(comma + inner, members), outer, brackets[1]])


def line_break(options, level):
    indent = options["indent"]
    return "\n" + (indent if isinstance(indent, str) else " " * (indent or 0)) * level


# jinja2


def on_text(original):
    """A filter that takes a text or turns what it is given into one."""

    def changed(value, *args, **kwargs):
        return original(value if isinstance(value, str) else text_of(value), *args, **kwargs)

    return changed


def not_followed(name):
    def fail(*_args, **_kwargs):
        raise NotImplementedError(f"{name} is not followed")

    return fail


@jinja2.pass_environment
def join(environment, value, d="", attribute=None):
    if attribute is not None:
        value = map(jinja2.filters.make_attrgetter(environment, attribute), value)
    return followed(text_of(d)).join(map(text_of, value))


def replace(s, old, new, count=None):
    return followed(text_of(s)).replace(text_of(old), text_of(new), -1 if count is None else count)


def printf(value, *args, **kwargs):
    if args and kwargs:
        raise jinja2.exceptions.FilterArgumentError("format takes arguments by position or by name, not both")
    return followed(value) % (kwargs or args)


def title(value):
    text = followed(str(value))
    return text._changed(jinja2.filters.do_title(plain(text)))


def forceescape(value):
    return escaped(text_of(value.__html__() if hasattr(value, "__html__") else value))


def indent(s, width=4, first=False, blank=False):
    """The line breaks stay with their owners."""
    jinja2.filters.do_indent(s, width, first, blank)  # Raises what jinja2 raises.
    text = followed(s)
    space = text._operand(width if isinstance(width, str) else " " * width)
    pieces = []
    for index, line in enumerate((text + "\n").splitlines(True)):
        bare = line.splitlines()[0]
        if first if index == 0 else blank or bare:
            pieces.append(space)
        pieces += [bare, with_owner("\n", line._owners[len(bare)])]
    return text._all(pieces[:-1])


@jinja2.pass_environment
def wordwrap(environment, s, width=79, break_long_words=True, wrapstring=None, break_on_hyphens=True):
    def wrapped(line):
        lines = textwrap.wrap(
            plain(line),
            width=width,
            expand_tabs=False,
            replace_whitespace=False,
            break_long_words=break_long_words,
            break_on_hyphens=break_on_hyphens,
        )
        return separator.join(line._pieces(lines, None))

    separator = followed(environment.newline_sequence if wrapstring is None else wrapstring)
    return separator.join([wrapped(line) for line in followed(s).splitlines()])


FILTERS = {
    **{name: on_text(jinja2.filters.FILTERS[name]) for name in ("upper", "lower", "capitalize", "center", "trim")},
    **{name: not_followed(name) for name in ("pprint", "striptags", "urlencode", "urlize", "xmlattr")},
    "e": escaped,
    "escape": escaped,
    "forceescape": forceescape,
    "format": on_text(printf),
    "indent": indent,
    "join": join,
    "replace": replace,
    "safe": marked,
    "string": on_text(lambda text: text),
    "title": on_text(title),
    "tojson": tojson,
    "wordwrap": wordwrap,
}

# What the code that jinja2 makes of a template calls by name.
CALLED = {
    "str": text_of,
    "str_join": lambda pieces: joined(map(text_of, pieces)),
    **{name: not_followed("autoescape") for name in ("Markup", "escape", "markup_join")},
}


class TrackedTemplate(jinja2.environment.Template):
    @classmethod
    def _from_namespace(cls, environment, namespace, globals):
        namespace.update(CALLED)
        return super()._from_namespace(environment, namespace, globals)


class TrackedEnvironment(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """The methods of the template's own strings, and `%`, hand on the owners of what they are given."""

    template_class = TrackedTemplate
    concat = staticmethod(joined)
    intercepted_binops = frozenset("%")

    def getattr(self, obj, attribute):
        return super().getattr(followed(obj) if isinstance(obj, str) else obj, attribute)

    def getitem(self, obj, argument):
        return super().getitem(followed(obj) if isinstance(obj, str) else obj, argument)

    def call_binop(self, context, operator, left, right):
        return super().call_binop(context, operator, followed(left) if isinstance(left, str) else left, right)

    def wrap_str_format(self, value):
        owner = getattr(value, "__self__", None)
        if not isinstance(owner, Tracked) or value.__name__ not in ("format", "format_map"):
            return None
        formatter = jinja2.sandbox.SandboxedFormatter(self)
        if value.__name__ == "format_map":
            return lambda mapping: formatted(formatter, owner, (), mapping)
        return lambda *args, **kwargs: formatted(formatter, owner, args, kwargs)


def environment():
    made = TrackedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[templates.GenerationBlocks, jinja2.ext.loopcontrols]
    )
    made.globals.update(templates.environment().globals)
    made.filters.update(FILTERS)
    return made


# Renderings


@functools.cache
def compiled(source):
    """The template without and with owners."""
    return templates.environment().from_string(source), environment().from_string(source)


def variables(kind, messages, add_generation_prompt):
    return {
        "documents": None,
        **SPECIAL,
        **kind["options"].get("variables", {}),
        "messages": messages,
        "tools": kind["conversation"].get("tools"),
        "add_generation_prompt": add_generation_prompt,
    }


def attempt(template, values):
    try:
        return joined(template.generate(**values))
    except REFUSALS:
        return None


def render(source, kind, add_generation_prompt):
    """Text and runs of a cell; None where the template refuses."""
    bare, tracking = compiled(source)
    shown = [{k: v for k, v in m.items() if k not in HIDDEN} for m in kind["conversation"]["messages"]]
    tracked = [
        {key: value if key == "role" else owned(value, (index, key)) for key, value in message.items()}
        for index, message in enumerate(shown)
    ]
    expected = attempt(bare, variables(kind, shown, add_generation_prompt))
    found = attempt(tracking, variables(kind, tracked, add_generation_prompt))
    assert found == expected, f"{kind['name']}: another text with owners than without"
    return found if found is None else (plain(found), runs(found))


def runs(text):
    found, at = [], 0
    for character, owner in zip(plain(text), text._owners):
        end = at + (2 if ord(character) > 0xFFFF else 1)
        if owner and found and found[-1][1] == at and tuple(found[-1][2:]) == owner:
            found[-1][1] = end
        elif owner:
            found.append([at, end, *owner])
        at = end
    return found


def read_kinds():
    return json.loads((templates.PACKAGE / "test" / "conversations.json").read_text())


def read_built_in():
    names = sorted(path.stem for path in (templates.PACKAGE / "src" / "built-in").glob("*.ts"))
    return {name: templates.built_in(name) for name in names}


def read_stock():
    paths = sorted(templates.STOCK.glob("*/*.jinja"))
    return {f"{path.parent.name}/{path.stem}": path.read_text() for path in paths}


def cell(source, kind):
    """Digests of the runs without and with generation prompt."""
    found = [render(source, kind, prompt) for prompt in (False, True)]
    return [
        rendered and templates.digest(json.dumps(rendered[1], ensure_ascii=False, separators=(",", ":")))
        for rendered in found
    ]


def write_sources():
    kinds = read_kinds()
    built = read_built_in()
    sources = {**built, **read_stock()}
    cells = {name: {kind["name"]: cell(source, kind) for kind in kinds} for name, source in sources.items()}
    golden = {
        "clock": templates.CLOCK.isoformat(),
        "variables": SPECIAL,
        "sources": {name: templates.digest(source) for name, source in built.items()},
        "templates": cells,
    }
    text = json.dumps(golden, ensure_ascii=False, indent=1)
    # One line for each conversation.
    text = re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda match: "[" + re.sub(r"\s+", " ", match[1]) + "]", text)
    SOURCES.write_text(text + "\n")
    refused = sum(found is None for kinds_of in cells.values() for pair in kinds_of.values() for found in pair)
    count = 2 * len(cells) * len(kinds)
    print(f"{count} cells, {refused} of them refused, in {SOURCES.relative_to(templates.ROOT)}")


def show(name, kind_name):
    source = {**read_built_in(), **read_stock()}[name]
    kind = next(kind for kind in read_kinds() if kind["name"] == kind_name)
    for prompt in (False, True):
        print(f"=== {name}, {kind_name}, {'with' if prompt else 'without'} generation prompt")
        rendered = render(source, kind, prompt)
        if rendered is None:
            print("refused")
            continue
        text, found = rendered
        print(text)
        units = text.encode("utf-16-le")
        for start, end, message, field in found:
            print(f"{start}-{end} {message} {field} {units[2 * start : 2 * end].decode('utf-16-le')!r}")


def dump(path):
    source = pathlib.Path(path).read_text()
    found = []
    for kind in read_kinds():
        for prompt in (False, True):
            text, runs_found = render(source, kind, prompt) or (None, None)
            found.append(
                {"conversation": kind["name"], "addGenerationPrompt": prompt, "text": text, "runs": runs_found}
            )
    print(json.dumps(found, ensure_ascii=False, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", nargs=2, metavar=("TEMPLATE", "CONVERSATION"), help="print one cell in full")
    parser.add_argument("--file", help="render this template with all conversations, print text and runs as JSON")
    given = parser.parse_args()
    if given.show:
        show(*given.show)
    elif given.file:
        dump(given.file)
    else:
        write_sources()


if __name__ == "__main__":
    main()
