/**
 * Gemma 2: turns of `user` and `model` that take each other's place, trimmed content, no system prompt.
 */
export const gemma2Source = String.raw`{%- macro text(content) -%}
    {%- if content is string -%}
        {{- content -}}
    {%- else -%}
        {%- for part in content or [] -%}
            {{- part.text -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{{- bos_token -}}
{%- for message in messages -%}
    {%- if (message.role == 'user') != (loop.index0 % 2 == 0) or message.role == 'system' or message.tool_calls -%}
        {{- raise_exception('expected user, assistant, user and so on with text alone, got ' + message.role + '; Gemma 2 knows no system prompt and no tools') -}}
    {%- endif -%}
    {%- if message.role == 'assistant' -%}
        {{- '<start_of_turn>model\n' -}}
        {%- generation -%}
            {#- content -#}
            {{- text(message.content) | trim -}}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<end_of_turn>' -}}
        {%- endgeneration -%}
        {{- '\n' -}}
    {%- else -%}
        {{- '<start_of_turn>' + message.role + '\n' + text(message.content) | trim + '<end_of_turn>\n' -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<start_of_turn>model\n' -}}
{%- endif -%}
`;
