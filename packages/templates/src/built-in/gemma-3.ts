/**
 * Gemma 3: as Gemma 2, with a system prompt at the head of the first user turn and parts trimmed one by one.
 */
export const gemma3Source = String.raw`{%- macro trimmed(content) -%}
    {%- if content is string -%}
        {{- content | trim -}}
    {%- else -%}
        {%- for part in content -%}
            {{- part.text | trim -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{%- set first = 1 if messages[0].role == 'system' else 0 -%}
{{- bos_token -}}
{%- for message in messages[first:] -%}
    {%- if (message.role == 'user') != (loop.index0 % 2 == 0) or message.tool_calls -%}
        {{- raise_exception('expected user, assistant, user and so on with text alone, got ' + message.role + '; Gemma 3 has no form for tools') -}}
    {%- endif -%}
    {%- if message.role == 'assistant' -%}
        {{- '<start_of_turn>model\n' -}}
        {%- generation -%}
            {#- content -#}
            {{- trimmed(message.content) -}}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<end_of_turn>' -}}
        {%- endgeneration -%}
        {{- '\n' -}}
    {%- else -%}
        {{- '<start_of_turn>' + message.role + '\n' -}}
        {%- if loop.first -%}
            {%- for system in messages[:first] -%}
                {{- (system.content if system.content is string else system.content[0].text) + '\n\n' -}}
            {%- endfor -%}
        {%- endif -%}
        {{- trimmed(message.content) + '<end_of_turn>\n' -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<start_of_turn>model\n' -}}
{%- endif -%}
`;
