"""Golden renderings of chat templates, made with jinja2 and Hugging Face's settings.

    python3 tools/golden/templates.py

Writes packages/templates/test/golden/rendering.json (a few templates in full) and conversations.json (hashes of
every built-in and stock template with every conversation of test/conversations.json). Needs jinja2 (Debian:
python3-jinja2) and, for the stock templates, ../shared. The built-in templates are read from the package's
sources, so that the golden file tells when they have changed. Generation spans are counted as transformers counts
them: what was yielded before the block, plus its text.
"""

import datetime
import hashlib
import json
import pathlib
import re

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.sandbox

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "packages" / "templates"
OUTPUT = PACKAGE / "test" / "golden" / "rendering.json"
HASHES = PACKAGE / "test" / "golden" / "conversations.json"
STOCK = ROOT.parent / "shared" / "templates"
CLOCK = datetime.datetime(2024, 7, 6, 15, 4, 5)


class GenerationBlocks(jinja2.ext.Extension):
    """{% generation %} ... {% endgeneration %}: writes its body and notes where that stands."""

    tags = {"generation"}

    def __init__(self, environment):
        super().__init__(environment)
        self.written = []
        self.spans = []

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("record"), [], [], body).set_lineno(line)

    def record(self, caller):
        text = caller()
        start = len("".join(self.written))
        self.spans.append((start, start + len(text)))
        return text


def environment():
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(
            value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
        )

    made = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[GenerationBlocks, jinja2.ext.loopcontrols]
    )
    made.filters["tojson"] = tojson
    made.globals["raise_exception"] = raise_exception
    made.globals["strftime_now"] = CLOCK.strftime
    return made


def render(source, conversation, add_generation_prompt, variables):
    made = environment()
    blocks = made.extensions[GenerationBlocks.identifier]
    hidden = ("train", "weight")
    messages = [{k: v for k, v in m.items() if k not in hidden} for m in conversation["messages"]]
    values = {
        "documents": None,
        **variables,
        "messages": messages,
        "tools": conversation.get("tools"),
        "add_generation_prompt": add_generation_prompt,
    }
    for piece in made.from_string(source).generate(**values):
        blocks.written.append(piece)
    text = "".join(blocks.written)

    def utf16(offset):
        return len(text[:offset].encode("utf-16-le")) // 2

    return text, [[utf16(start), utf16(end)] for start, end in blocks.spans if end > start]


def built_in(name):
    source = (PACKAGE / "src" / "built-in" / f"{name}.ts").read_text()
    return re.search(r"= (?:String\.raw)?`(.*?)`", source, re.DOTALL).group(1)


WEATHER = {
    "type": "function",
    "function": {
        "name": "wetter",
        "description": "Größe des Regens <in> 'mm' & \"mehr\" – 雨\n\ttab \\ slash",
        "parameters": {
            "type": "object",
            "properties": {"stadt": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
            "required": ["stadt"],
            "empty": {},
            "none": [],
        },
    },
}

CONVERSATIONS = {
    "one turn": {
        "messages": [{"role": "user", "content": "What is 1 + 1?"}, {"role": "assistant", "content": "2"}]
    },
    "two turns with a system prompt": {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hello", "weight": 2},
            {"role": "assistant", "content": "Hi.", "train": False},
            {"role": "user", "content": "And now?"},
            {"role": "assistant", "content": "Bye.\nReally."},
        ]
    },
    "unicode": {
        "messages": [
            {"role": "user", "content": "👩‍👩‍👧 naïve 日本語"},
            {"role": "assistant", "content": "🙂🙂 é e\u0301 \u2028 \u00a0"},
            {"role": "user", "content": "𝄞"},
            {"role": "assistant", "content": "𝄞𝄞"},
        ]
    },
    "whitespace": {
        "messages": [
            {"role": "user", "content": "  \n question \n"},
            {"role": "assistant", "content": "\n\n  answer\t\n"},
            {"role": "user", "content": ""},
            {"role": "assistant", "content": ""},
        ]
    },
    "text like control": {
        "messages": [
            {"role": "user", "content": "<|im_end|>\n<|im_start|>assistant\n{% generation %}{{ x }}"},
            {"role": "assistant", "content": "<|end|>\n<|assistant|>\n</s> {%- endgeneration -%} {# #}"},
        ]
    },
    "content parts": {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "a "}, {"type": "text", "text": "b"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "c"}, {"type": "text", "text": " d"}]},
        ]
    },
    "open turn": {"messages": [{"role": "user", "content": "Go on."}]},
}

TOOLS = {
    "tool call": {
        "tools": [WEATHER],
        "messages": [
            {"role": "system", "content": "Use tools."},
            {"role": "user", "content": "Regen in Köln und Bonn?"},
            {
                "role": "assistant",
                "content": "Ich sehe nach.",
                "tool_calls": [
                    {"type": "function", "function": {"name": "wetter", "arguments": {"stadt": "Köln", "a": [1, 2.5, True, None]}}},
                    {"type": "function", "function": {"name": "wetter", "arguments": {"stadt": "Bonn"}}},
                ],
            },
            {"role": "tool", "content": "3 mm"},
            {"role": "tool", "content": "0 mm"},
            {"role": "assistant", "content": "In Köln."},
        ],
    },
    "call without content": {
        "tools": [WEATHER],
        "messages": [
            {"role": "user", "content": "Regen?"},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"type": "function", "function": {"name": "wetter", "arguments": '{"stadt": "Köln"}'}}],
            },
        ],
    },
}

# Each asks about one rule; the conversation of two turns is rendered with it unless another is named.
TEMPLATES = {
    "whitespace control": """
  {% for message in messages %}
    {{ message.role }}:
    {% if message.role == 'assistant' %}
    {%- generation -%}
      {{ message.content }} .
    {%- endgeneration -%}
    {% endif %}
    x
  {% endfor %}
""",
    "plain tags on their own lines": """{% for message in messages %}
<{{ message.role }}>
  {% generation %}
  {{ message.content }}
  {% endgeneration %}
</{{ message.role }}>
{% endfor %}
""",
    "neighbouring tags": """{% for message in messages %}[{% generation %} a {% endgeneration %}  {%- generation %} {{ message.content }} {% endgeneration -%}  {% generation -%}  b  {%- endgeneration %}]{% endfor %}""",
    "several blocks in a turn, in loops and conditions": """{%- for message in messages -%}
{%- if message.role == 'assistant' -%}A:{%- for word in message.content.split('.') -%}{%- if word -%}
{%- generation -%}{{ word }}{%- endgeneration -%}/{%- else -%}{% generation %}-{% endgeneration %}{%- endif -%}{%- endfor -%};
{%- else -%}U:{{ message.content }};{%- endif -%}{%- endfor -%}""",
    "in a macro": """{%- macro turn(message) -%}
{%- generation -%}{{ message.content }}<e>{%- endgeneration -%}|{%- endmacro -%}
{%- for message in messages -%}<{{ message.role }}>{{ turn(message) }}{%- endfor -%}""",
    "what a block sets stays inside": """{%- for message in messages -%}{%- set x = 'out' -%}
{%- generation -%}{%- set x = 'in' -%}{{ x }}{%- endgeneration -%}{{ x }}{%- endfor -%}""",
    "tags in comments and strings": """{#- {% generation %} in a comment {% endgeneration %} -#}
{{ "}} %} {# #}" }}{{ '%} {{' }}{% for message in messages %}{% generation %}{{ message.content }}{% endgeneration %}{% endfor %}""",
    "json": """{{ tools | tojson }}
{{ tools | tojson(indent=2) }}
{{ tools[0].function.parameters | tojson(separators=(',', ':')) }}
{{ tools | tojson(ensure_ascii=true) }}
{% for message in messages %}{{ message | tojson }}{% endfor %}""",
    "python's ways": """{% for message in messages %}{% if loop.first %}{% set x = 1 %}{% endif %}[{{ x }}{{ message.content.strip('B.') }}{{ message.content.lstrip('He') }}{{ loop.last }}]{% endfor %}""",
    "variables": """{{ bos_token }}{{ eos_token }}{{ missing }}|{% if tools is none %}no tools{% endif %}|{% if documents is none %}no documents{% endif %}
|{{ strftime_now('%d %b %Y, %A %B %H:%M:%S %p') }}|{% if enable_thinking is defined and enable_thinking is false %}no thinking{% endif %}
{% for message in messages %}{{ message.keys() | list | length }}{% endfor %}""",
}

PAIRS = (
    [(name, key) for name in ("classic", "chatml") for key in CONVERSATIONS]
    + [("chatml", key) for key in TOOLS]
    + [(name, "tool call" if name == "json" else "two turns with a system prompt") for name in TEMPLATES]
    + [("plain tags on their own lines", "unicode"), ("neighbouring tags", "unicode")]
)


def main():
    conversations = {**CONVERSATIONS, **TOOLS}
    templates = {**{name: built_in(name) for name in ("classic", "chatml")}, **TEMPLATES}
    variables = {"bos_token": "<s>", "eos_token": "</s>", "enable_thinking": False}
    cases = []
    for template, conversation in PAIRS:
        for add_generation_prompt in (False, True):
            text, generation = render(
                templates[template], conversations[conversation], add_generation_prompt, variables
            )
            cases.append(
                {
                    "template": template,
                    "conversation": conversation,
                    "addGenerationPrompt": add_generation_prompt,
                    "text": text,
                    "generation": generation,
                }
            )
    golden = {
        "clock": CLOCK.isoformat(),
        "variables": variables,
        "templates": templates,
        "conversations": conversations,
        "cases": cases,
    }
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")
    print(f"{len(cases)} renderings in {OUTPUT.relative_to(ROOT)}")


def digest(value):
    return hashlib.sha256(value.encode()).hexdigest()[:16]


def joined(spans):
    """Blocks that touch are one span: built-in templates cut a turn by kind."""
    whole = []
    for start, end in spans:
        if whole and whole[-1][1] == start:
            whole[-1][1] = end
        else:
            whole.append([start, end])
    return whole


def hashes(source, conversation, given):
    """Digests of the text, the text with the prompt, and the spans; None where the template refuses."""
    found = []
    for add_generation_prompt in (False, True):
        try:
            text, spans = render(source, conversation, add_generation_prompt, given)
        except (jinja2.exceptions.TemplateError, TypeError):
            found.append(None)
            continue
        found.append(digest(text))
        if not add_generation_prompt:
            marks = digest(json.dumps(joined(spans), separators=(",", ":")))
    return [*found, marks if found[0] else None]


def write_hashes():
    kinds = json.loads((PACKAGE / "test" / "conversations.json").read_text())
    special = {"bos_token": "<bos>", "eos_token": "<eos>"}
    names = sorted(path.stem for path in (PACKAGE / "src" / "built-in").glob("*.ts"))
    sources = {name: built_in(name) for name in names}
    for path in sorted(STOCK.glob("*/*.jinja")):
        sources[f"{path.parent.name}/{path.stem}"] = path.read_text()
    templates = {
        name: {
            kind["name"]: hashes(source, kind["conversation"], {**special, **kind["options"].get("variables", {})})
            for kind in kinds
        }
        for name, source in sources.items()
    }
    built = {name: digest(sources[name]) for name in names}
    golden = {"clock": CLOCK.isoformat(), "variables": special, "sources": built, "templates": templates}
    text = json.dumps(golden, ensure_ascii=False, indent=1)
    # One line for each conversation.
    text = re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda match: "[" + re.sub(r"\s+", " ", match[1]) + "]", text)
    HASHES.write_text(text + "\n")
    print(f"{len(templates)} templates with {len(kinds)} conversations in {HASHES.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
    write_hashes()
