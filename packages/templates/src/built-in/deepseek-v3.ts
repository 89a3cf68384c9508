/**
 * DeepSeek V3.1: system prompts first, whatever their place, then turns without newlines. An answer to a user follows
 * `</think>`: thoughts are dropped, and an empty one, or an open one with `thinking`, belongs to the prompt. Tools are not
 * described by the template; calls and results are written.
 */
export const deepseekV3Source = String.raw`{%- macro text(content) -%}
    {%- if content is string -%}
        {{- content -}}
    {%- else -%}
        {%- for part in content or [] -%}
            {{- part.text -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{%- if thinking is not defined -%}
    {%- set thinking = enable_thinking if enable_thinking is defined else false -%}
{%- endif -%}
{%- set state = namespace(after_user=false, after_tool=false) -%}
{{- bos_token -}}
{%- for message in messages if message.role == 'system' -%}
    {{- (text(message.content) if loop.first else '\n\n' + text(message.content)) -}}
{%- endfor -%}
{%- for message in messages -%}
    {%- if message.role == 'user' -%}
        {%- set state.after_user = true -%}
        {%- set state.after_tool = false -%}
        {{- '<｜User｜>' + text(message.content) -}}
    {%- elif message.role == 'assistant' -%}
        {%- if state.after_user -%}
            {{- '<｜Assistant｜>' -}}
            {{- '<think>' if message.prefix and thinking and not message.tool_calls else '<think></think>' -}}
        {%- endif -%}
        {%- set content = text(message.content) -%}
        {%- if message.tool_calls -%}
            {%- set state.after_tool = false -%}
        {%- elif not state.after_tool and '</think>' in content -%}
            {%- set content = content.split('</think>', 1)[1] -%}
        {%- endif -%}
        {%- set state.after_user = false -%}
        {%- set state.after_tool = false -%}
        {%- generation -%}
            {#- content -#}
            {{- content -}}
        {%- endgeneration -%}
        {%- if message.tool_calls -%}
            {%- generation -%}
                {#- toolCall -#}
                {{- '<｜tool▁calls▁begin｜>' -}}
                {%- for call in message.tool_calls -%}
                    {{- '<｜tool▁call▁begin｜>' + call.function.name + '<｜tool▁sep｜>' + call.function.arguments | tojson + '<｜tool▁call▁end｜>' -}}
                {%- endfor -%}
                {{- '<｜tool▁calls▁end｜>' -}}
            {%- endgeneration -%}
        {%- endif -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<｜end▁of▁sentence｜>' -}}
        {%- endgeneration -%}
    {%- elif message.role == 'tool' -%}
        {%- set state.after_user = false -%}
        {%- set state.after_tool = true -%}
        {{- '<｜tool▁output▁begin｜>' + text(message.content) + '<｜tool▁output▁end｜>' -}}
    {%- elif message.role != 'system' -%}
        {{- raise_exception('expected messages of system, user, assistant or tool, got ' + message.role) -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt and state.after_user -%}
    {{- '<｜Assistant｜><think>' if thinking else '<｜Assistant｜><think></think>' -}}
{%- endif -%}
`;
