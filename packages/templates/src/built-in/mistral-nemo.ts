/**
 * Mistral Nemo (and Mistral's v3 tokenizers): `[INST]`, tools before the last user message, calls and results as JSON with
 * ids of nine characters, the end-of-sequence token after each answer.
 * The stock template writes the system prompt only into a user message that ends the conversation; so does this
 * one. A conversation that ends with an answer has no system prompt in it.
 */
export const mistralNemoSource = String.raw`{%- macro text(content) -%}
    {%- if content is string -%}
        {{- content -}}
    {%- else -%}
        {%- for part in content or [] -%}
            {{- part.text -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{%- set first = 1 if messages[0].role == 'system' else 0 -%}
{%- set users = messages[first:] | selectattr('role', 'equalto', 'user') | list -%}
{%- set state = namespace(turns=0) -%}
{%- for message in messages[first:] -%}
    {%- if message.role not in ['tool', 'tool_results'] and (message.tool_calls is not defined or message.tool_calls is none) -%}
        {%- if (message.role == 'user') != (state.turns % 2 == 0) -%}
            {{- raise_exception('expected user, assistant, user and so on after an optional system prompt, tool calls and results aside, got ' + message.role) -}}
        {%- endif -%}
        {%- set state.turns = state.turns + 1 -%}
    {%- endif -%}
{%- endfor -%}
{{- bos_token -}}
{%- for message in messages[first:] -%}
    {%- if message.role == 'user' -%}
        {%- if tools is defined and tools is not none and message == users[-1] -%}
            {{- '[AVAILABLE_TOOLS][' -}}
            {%- for tool in tools -%}
                {{- '{"type": "function", "function": {' -}}
                {%- for key, value in tool.function.items() if key != 'return' -%}
                    {{- '"' + key + '": ' -}}
                    {%- if value is string -%}
                        {{- '"' + value + '"' -}}
                    {%- else -%}
                        {{- value | tojson -}}
                    {%- endif -%}
                    {%- if not loop.last -%}
                        {{- ', ' -}}
                    {%- endif -%}
                {%- endfor -%}
                {{- '}}]' if loop.last else '}}, ' -}}
            {%- endfor -%}
            {{- '[/AVAILABLE_TOOLS]' -}}
        {%- endif -%}
        {{- '[INST]' -}}
        {%- if loop.last -%}
            {%- for system in messages[:first] -%}
                {{- text(system.content) + '\n\n' -}}
            {%- endfor -%}
        {%- endif -%}
        {{- text(message.content) + '[/INST]' -}}
    {%- elif message.tool_calls -%}
        {%- for call in message.tool_calls -%}
            {%- if call.id is not defined or call.id | length != 9 -%}
                {{- raise_exception('expected ids of tool calls with nine letters or digits') -}}
            {%- endif -%}
        {%- endfor -%}
        {%- generation -%}
            {#- toolCall -#}
            {{- '[TOOL_CALLS][' -}}
            {%- for call in message.tool_calls -%}
                {%- set function = call.function | tojson -%}
                {{- function[:-1] + ', "id": "' + call.id + '"}' -}}
                {{- ']' if loop.last else ', ' -}}
            {%- endfor -%}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- eos_token -}}
        {%- endgeneration -%}
    {%- elif message.role == 'assistant' -%}
        {%- generation -%}
            {#- content -#}
            {{- text(message.content) -}}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- eos_token -}}
        {%- endgeneration -%}
    {%- elif message.role in ['tool', 'tool_results'] -%}
        {%- if message.tool_call_id is not defined or message.tool_call_id | length != 9 -%}
            {{- raise_exception('expected the id of the call, nine letters or digits, beside each tool result') -}}
        {%- endif -%}
        {{- '[TOOL_RESULTS]{"content": ' + text(message.content) + ', "call_id": "' + message.tool_call_id + '"}[/TOOL_RESULTS]' -}}
    {%- else -%}
        {{- raise_exception('expected user and assistant after an optional system prompt, got ' + message.role) -}}
    {%- endif -%}
{%- endfor -%}
`;
