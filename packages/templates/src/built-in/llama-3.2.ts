/**
 * Llama 3.2 (1B, 3B): Llama 3.1 without built-in tools, dated by the clock. Always a system turn with dates, tools in the first user turn, a tool call as JSON in place of the content (text beside
 * a call has no place), tool results as JSON in an `ipython` turn.
 */
export const llama32Source = String.raw`{%- macro text(content) -%}
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
    {%- if tools is not none -%}
        {{- 'Environment: ipython\n' -}}
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
    {%- set date_string = strftime_now('%d %b %Y') -%}
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
            {{- '{"name": "' + call.name + '", "parameters": ' + call.arguments | tojson + '}' -}}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<|eot_id|>' -}}
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
