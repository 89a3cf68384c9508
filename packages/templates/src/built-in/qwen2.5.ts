/**
 * Qwen 2.5: ChatML with a default system prompt and Hermes-style tools. Arguments are always written as JSON: what is text
 * already is quoted once more.
 */
export const qwen25Source = String.raw`{%- macro text(content) -%}
    {%- if content is string -%}
        {{- content -}}
    {%- else -%}
        {%- for part in content or [] -%}
            {{- part.text -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{%- macro describe_tools() -%}
    {{- '# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function signatures within <tools></tools> XML tags:\n<tools>' -}}
    {%- for tool in tools -%}
        {{- '\n' + tool | tojson -}}
    {%- endfor -%}
    {{- '\n</tools>\n\nFor each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>' -}}
{%- endmacro -%}
{%- set default_prompt = 'You are Qwen, created by Alibaba Cloud. You are a helpful assistant.' -%}
{%- if messages[0].role != 'system' -%}
    {{- '<|im_start|>system\n' + default_prompt -}}
    {%- if tools -%}
        {{- '\n\n' + describe_tools() -}}
    {%- endif -%}
    {{- '<|im_end|>\n' -}}
{%- endif -%}
{%- for message in messages -%}
    {%- if message.role == 'assistant' -%}
        {{- '<|im_start|>assistant\n' -}}
        {%- generation -%}
            {#- content -#}
            {{- text(message.content) -}}
        {%- endgeneration -%}
        {%- if message.tool_calls -%}
            {%- generation -%}
                {#- toolCall -#}
                {%- for call in message.tool_calls -%}
                    {%- set function = call.function or call -%}
                    {%- if message.content or not loop.first -%}
                        {{- '\n' -}}
                    {%- endif -%}
                    {{- '<tool_call>\n{"name": "' + function.name + '", "arguments": ' -}}
                    {{- function.arguments | tojson -}}
                    {{- '}\n</tool_call>' -}}
                {%- endfor -%}
            {%- endgeneration -%}
        {%- endif -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<|im_end|>' -}}
        {%- endgeneration -%}
        {{- '\n' -}}
    {%- elif message.role == 'system' or message.role == 'user' -%}
        {{- '<|im_start|>' + message.role + '\n' + text(message.content) -}}
        {%- if message.role == 'system' and loop.first and tools -%}
            {{- '\n\n' + describe_tools() -}}
        {%- endif -%}
        {{- '<|im_end|>\n' -}}
    {%- elif message.role == 'tool' -%}
        {%- if loop.first or loop.previtem.role != 'tool' -%}
            {{- '<|im_start|>user' -}}
        {%- endif -%}
        {{- '\n<tool_response>\n' + text(message.content) + '\n</tool_response>' -}}
        {%- if loop.last or loop.nextitem.role != 'tool' -%}
            {{- '<|im_end|>\n' -}}
        {%- endif -%}
    {%- else -%}
        {{- raise_exception('expected messages of system, user, assistant or tool, got ' + message.role) -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|im_start|>assistant\n' -}}
{%- endif -%}
`;
