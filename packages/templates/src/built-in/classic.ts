/**
 * Headers in words on a line of their own, after the form that early instruction-tuned models made common.
 * No beginning-of-sequence token: that is the tokenizer's.
 */
export const classicSource = String.raw`{%- macro text(content) -%}
    {%- if content is string -%}
        {{- content -}}
    {%- else -%}
        {%- for part in content or [] -%}
            {{- part.text -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{%- for message in messages -%}
    {%- if message.role in ['system', 'user'] -%}
        {{- '<|' + message.role + '|>\n' + text(message.content) + '<|end|>\n' -}}
    {%- elif message.role == 'assistant' and message.content is not none and not message.tool_calls -%}
        {{- '<|assistant|>\n' -}}
        {%- generation -%}
            {#- content -#}
            {{- text(message.content) -}}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<|end|>' -}}
        {%- endgeneration -%}
        {{- '\n' -}}
    {%- else -%}
        {{- raise_exception('expected messages of system, user or assistant with text, got ' + message.role + '; choose a template with tools') -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|assistant|>\n' -}}
{%- endif -%}
`;
