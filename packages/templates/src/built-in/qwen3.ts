/**
 * Qwen 3, the hybrid that thinks or does not. As in the stock template, a thought (`reasoning_content`, or what stands
 * before `</think>`) is written only after the last question; earlier ones are dropped, and the last answer without one
 * has an empty `<think></think>`, which is the template's. `enable_thinking` false closes the thought in the prompt.
 */
export const qwen3Source = String.raw`{%- macro text(content) -%}
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
{%- set state = namespace(last_query=messages | length - 1, is_open=true) -%}
{%- for message in messages[::-1] -%}
    {%- if state.is_open and message.role == 'user' -%}
        {%- set content = text(message.content) -%}
        {%- if not (content.startswith('<tool_response>') and content.endswith('</tool_response>')) -%}
            {%- set state.is_open = false -%}
            {%- set state.last_query = messages | length - loop.index -%}
        {%- endif -%}
    {%- endif -%}
{%- endfor -%}
{%- if tools and messages[0].role != 'system' -%}
    {{- '<|im_start|>system\n' + describe_tools() + '<|im_end|>\n' -}}
{%- endif -%}
{%- for message in messages -%}
    {%- if message.role == 'assistant' -%}
        {%- set content = text(message.content) -%}
        {%- set thought = '' -%}
        {%- if message.reasoning_content is string -%}
            {%- set thought = message.reasoning_content -%}
        {%- elif '</think>' in content -%}
            {%- set thought = content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') -%}
            {%- set content = content.split('</think>')[-1].lstrip('\n') -%}
        {%- endif -%}
        {%- set is_thinking = loop.index0 > state.last_query and (loop.last or thought) -%}
        {{- '<|im_start|>assistant\n' -}}
        {%- if is_thinking and thought.strip('\n') -%}
            {%- generation -%}
                {#- reasoning -#}
                {{- '<think>\n' + thought.strip('\n') + '\n</think>\n\n' -}}
            {%- endgeneration -%}
        {%- elif is_thinking -%}
            {{- '<think>\n\n</think>\n\n' -}}
        {%- endif -%}
        {%- generation -%}
            {#- content -#}
            {{- content.lstrip('\n') if is_thinking else content -}}
        {%- endgeneration -%}
        {%- if message.tool_calls -%}
            {%- generation -%}
                {#- toolCall -#}
                {%- for call in message.tool_calls -%}
                    {%- set function = call.function or call -%}
                    {%- if content or not loop.first -%}
                        {{- '\n' -}}
                    {%- endif -%}
                    {{- '<tool_call>\n{"name": "' + function.name + '", "arguments": ' -}}
                    {%- if function.arguments is string -%}
                        {{- function.arguments -}}
                    {%- else -%}
                        {{- function.arguments | tojson -}}
                    {%- endif -%}
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
    {%- if enable_thinking is defined and enable_thinking is false -%}
        {{- '<think>\n\n</think>\n\n' -}}
    {%- endif -%}
{%- endif -%}
`;
