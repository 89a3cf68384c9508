/**
 * Phi 3: headers in control tokens on a line of their own, and the end-of-sequence token after the whole conversation, which
 * no span holds: a model stops at `<|end|>`. Phi 3.5 leaves an empty system prompt out; this form, as Phi 3, writes it.
 */
export const phi3Source = String.raw`{%- macro text(content) -%}
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
    {%- elif message.role == 'assistant' and not message.tool_calls -%}
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
        {{- raise_exception('expected messages of system, user or assistant with text, got ' + message.role + '; Phi 3 has no form for tools') -}}
    {%- endif -%}
{%- endfor -%}
{{- '<|assistant|>\n' if add_generation_prompt else eos_token -}}
`;
