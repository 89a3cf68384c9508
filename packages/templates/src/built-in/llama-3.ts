/**
 * Llama 3 (8B, 70B): a header in control tokens, trimmed content, `<|eot_id|>`. The stock template drops tool calls;
 * this one refuses them.
 */
export const llama3Source = String.raw`{%- macro text(content) -%}
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
    {{- '<|start_header_id|>' + message.role + '<|end_header_id|>\n\n' -}}
    {%- if message.role == 'assistant' -%}
        {%- if message.tool_calls -%}
            {{- raise_exception('Llama 3 has no form for tool calls; use llama-3.1') -}}
        {%- endif -%}
        {%- generation -%}
            {#- content -#}
            {{- text(message.content) | trim -}}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<|eot_id|>' -}}
        {%- endgeneration -%}
    {%- else -%}
        {{- text(message.content) | trim + '<|eot_id|>' -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' -}}
{%- endif -%}
`;
