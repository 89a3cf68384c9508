/**
 * SmolLM 2: ChatML with a default system prompt. No stock source was at hand; written after published renderings.
 */
export const smollm2Source = String.raw`{%- macro text(content) -%}
    {%- if content is string -%}
        {{- content -}}
    {%- else -%}
        {%- for part in content or [] -%}
            {{- part.text -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{%- if messages[0].role != 'system' -%}
    {{- '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' -}}
{%- endif -%}
{%- for message in messages -%}
    {{- '<|im_start|>' + message.role + '\n' -}}
    {%- if message.role == 'assistant' -%}
        {%- if message.tool_calls -%}
            {{- raise_exception('SmolLM 2 writes tool calls as content; put them there') -}}
        {%- endif -%}
        {%- generation -%}
            {#- content -#}
            {{- text(message.content) -}}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<|im_end|>' -}}
        {%- endgeneration -%}
        {{- '\n' -}}
    {%- else -%}
        {{- text(message.content) + '<|im_end|>\n' -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|im_start|>assistant\n' -}}
{%- endif -%}
`;
