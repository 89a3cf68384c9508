/**
 * Llama 3.1 and 3.3. Always a system turn with dates, tools in the first user turn, a tool call as JSON in place of the content (text beside
 * a call has no place), tool results as JSON in an `ipython` turn.
 * `date_string` sets the date; `builtin_tools` turns on the built-in ones.
 */
export const llama31Source = String.raw`{%- macro text(content) -%}
    {%- if content is string -%}
        {{- content -}}
    {%- else -%}
        {%- for part in content or [] -%}
            {{- part.text -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{%- macro list_tools() -%}
    {%- for tool in tools -%}
        {{- tool | tojson(indent=4) + '\n\n' -}}
    {%- endfor -%}
{%- endmacro -%}
{%- macro system_header() -%}
    {{- '<|start_header_id|>system<|end_header_id|>\n\n' -}}
    {%- if builtin_tools is defined or tools is not none -%}
        {{- 'Environment: ipython\n' -}}
    {%- endif -%}
    {%- if builtin_tools is defined -%}
        {{- 'Tools: ' + builtin_tools | reject('equalto', 'code_interpreter') | join(', ') + '\n\n' -}}
    {%- endif -%}
    {{- 'Cutting Knowledge Date: December 2023\nToday Date: ' + date_string + '\n\n' -}}
    {%- if tools is not none and not tools_in_user_message -%}
        {{- 'You have access to the following functions. To call a function, please respond with JSON for a function call.' -}}
        {{- 'Respond in the format {"name": function name, "parameters": dictionary of argument name and its value}.Do not use variables.\n\n' -}}
        {{- list_tools() -}}
    {%- endif -%}
{%- endmacro -%}
{%- if custom_tools is defined -%}
    {%- set tools = custom_tools -%}
{%- elif tools is not defined -%}
    {%- set tools = none -%}
{%- endif -%}
{%- if tools_in_user_message is not defined -%}
    {%- set tools_in_user_message = true -%}
{%- endif -%}
{%- if date_string is not defined -%}
    {%- set date_string = '26 Jul 2024' -%}
{%- endif -%}
{%- set has_system = messages[0].role == 'system' -%}
{%- set first = 1 if has_system else 0 -%}
{{- bos_token -}}
{%- if not has_system -%}
    {{- system_header() + '<|eot_id|>' -}}
{%- endif -%}
{%- if tools is not none and tools_in_user_message and (messages | length == first or messages[first].role != 'user') -%}
    {{- raise_exception('tools are described in the first user message, and the conversation does not begin with one') -}}
{%- endif -%}
{%- for message in messages -%}
    {%- if loop.first and has_system -%}
        {{- system_header() + text(message.content) | trim + '<|eot_id|>' -}}
    {%- elif loop.index0 == first and tools is not none and tools_in_user_message -%}
        {{- '<|start_header_id|>user<|end_header_id|>\n\nGiven the following functions, please respond with a JSON for a function call ' -}}
        {{- 'with its proper arguments that best answers the given prompt.\n\n' -}}
        {{- 'Respond in the format {"name": function name, "parameters": dictionary of argument name and its value}.Do not use variables.\n\n' -}}
        {{- list_tools() + text(message.content) | trim + '<|eot_id|>' -}}
    {%- elif message.tool_calls -%}
        {%- if message.tool_calls | length != 1 -%}
            {{- raise_exception('one call at a time: a turn holds at most one') -}}
        {%- endif -%}
        {%- set call = message.tool_calls[0].function -%}
        {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' -}}
        {%- generation -%}
            {#- toolCall -#}
            {%- if builtin_tools is defined and call.name in builtin_tools -%}
                {{- '<|python_tag|>' + call.name + '.call(' -}}
                {%- for name, value in call.arguments | items -%}
                    {{- name + '="' + value + '"' -}}
                    {%- if not loop.last -%}
                        {{- ', ' -}}
                    {%- endif -%}
                {%- endfor -%}
                {{- ')' -}}
            {%- else -%}
                {{- '{"name": "' + call.name + '", "parameters": ' + call.arguments | tojson + '}' -}}
            {%- endif -%}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<|eom_id|>' if builtin_tools is defined else '<|eot_id|>' -}}
        {%- endgeneration -%}
    {%- elif message.role == 'tool' or message.role == 'ipython' -%}
        {{- '<|start_header_id|>ipython<|end_header_id|>\n\n' + message.content | tojson + '<|eot_id|>' -}}
    {%- elif message.role == 'assistant' -%}
        {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' -}}
        {%- generation -%}
            {#- content -#}
            {{- text(message.content) | trim -}}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<|eot_id|>' -}}
        {%- endgeneration -%}
    {%- else -%}
        {{- '<|start_header_id|>' + message.role + '<|end_header_id|>\n\n' + text(message.content) | trim + '<|eot_id|>' -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' -}}
{%- endif -%}
`;
