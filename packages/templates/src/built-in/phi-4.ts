/**
 * Phi 4: ChatML with `<|im_sep|>` in place of newlines. No stock source was at hand; written after published renderings.
 */
export const phi4Source = `{%- macro text(content) -%}
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
        {{- '<|im_start|>' + message.role + '<|im_sep|>' + text(message.content) + '<|im_end|>' -}}
    {%- elif message.role == 'assistant' and not message.tool_calls -%}
        {{- '<|im_start|>assistant<|im_sep|>' -}}
        {%- generation -%}
            {#- content -#}
            {{- text(message.content) -}}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<|im_end|>' -}}
        {%- endgeneration -%}
    {%- else -%}
        {{- raise_exception('expected messages of system, user or assistant with text, got ' + message.role + '; Phi 4 has no form for tools') -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|im_start|>assistant<|im_sep|>' -}}
{%- endif -%}
`;
