/**
 * gpt-oss in the harmony form: system and developer turns, tools as TypeScript, channels. The prompt ends after
 * `<|start|>assistant`, so the channel is the model's to write. As in the stock template, `thinking` is written in
 * the last turn, or before a call that no final answer follows; the last turn ends with `<|return|>`, earlier ones
 * with `<|end|>`, calls with `<|call|>`. `reasoning_effort` and `model_identity` as there; no built-in tools.
 */
export const gptOssSource = String.raw`{%- macro type_of(spec, required) -%}
    {%- if spec.type == 'array' -%}
        {%- set inner = type_of(spec['items'], required) if spec['items'] is mapping else 'any' -%}
        {{- 'any[]' if inner == 'object | object' or inner | length > 50 else inner + '[]' -}}
        {{- ' | null' if spec.nullable -}}
    {%- elif spec.type is defined and spec.type is iterable and spec.type is not string and spec.type is not mapping and spec.type[0] is defined -%}
        {{- spec.type | join(' | ') -}}
    {%- elif spec.oneOf -%}
        {%- for variant in spec.oneOf -%}
            {{- type_of(variant, required) -}}
            {%- if variant.description -%}
                {{- '// ' + variant.description -}}
            {%- endif -%}
            {%- if variant.default is defined -%}
                {{- '                    // default: ' + variant.default | tojson -}}
            {%- endif -%}
            {%- if not loop.last -%}
                {{- ' | \n' -}}
            {%- endif -%}
        {%- endfor -%}
    {%- elif spec.type == 'string' and spec.enum -%}
        {{- '"' + spec.enum | join('" | "') + '"' -}}
    {%- elif spec.type == 'string' -%}
        {{- 'string | null' if spec.nullable else 'string' -}}
    {%- elif spec.type == 'number' or spec.type == 'integer' -%}
        {{- 'number' -}}
    {%- elif spec.type == 'boolean' -%}
        {{- 'boolean' -}}
    {%- elif spec.type == 'object' and spec.properties -%}
        {{- '{\n' -}}
        {%- for name, property in spec.properties | items -%}
            {{- name + (': ' if name in (spec.required or []) else '?: ') + '\n                ' -}}
            {{- type_of(property, spec.required or []) -}}
            {{- ', ' if not loop.last -}}
        {%- endfor -%}
        {{- '}' -}}
    {%- else -%}
        {{- 'object' if spec.type == 'object' else 'any' -}}
    {%- endif -%}
{%- endmacro -%}
{%- macro describe_tools() -%}
    {{- '# Tools\n\n## functions\n\nnamespace functions {\n\n' -}}
    {%- for tool in tools -%}
        {%- set function = tool.function -%}
        {{- '// ' + function.description + '\ntype ' + function.name + ' = ' -}}
        {%- if function.parameters and function.parameters.properties -%}
            {{- '(_: {\n' -}}
            {%- for name, spec in function.parameters.properties | items -%}
                {%- if spec.description -%}
                    {{- '// ' + spec.description + '\n' -}}
                {%- endif -%}
                {{- name + (': ' if name in (function.parameters.required or []) else '?: ') -}}
                {{- type_of(spec, function.parameters.required or []) -}}
                {%- if spec.default is defined -%}
                    {%- if spec.enum -%}
                        {{- ', // default: ' + spec.default -}}
                    {%- elif spec.oneOf -%}
                        {{- '// default: ' + spec.default -}}
                    {%- else -%}
                        {{- ', // default: ' + spec.default | tojson -}}
                    {%- endif -%}
                {%- endif -%}
                {{- ',\n' -}}
            {%- endfor -%}
            {{- '}) => any;\n\n' -}}
        {%- else -%}
            {{- '() => any;\n\n' -}}
        {%- endif -%}
    {%- endfor -%}
    {{- '} // namespace functions' -}}
{%- endmacro -%}
{%- macro developer_turn(content) -%}
    {%- if content or tools -%}
        {{- '<|start|>developer<|message|>' -}}
        {%- if content -%}
            {{- '# Instructions\n\n' + content + '\n\n' -}}
        {%- endif -%}
        {%- if tools -%}
            {{- describe_tools() -}}
        {%- endif -%}
        {{- '<|end|>' -}}
    {%- endif -%}
{%- endmacro -%}
{%- if builtin_tools -%}
    {{- raise_exception('builtin_tools are not supported; take the template that came with the model') -}}
{%- endif -%}
{{- '<|start|>system<|message|>' + (model_identity if model_identity is defined else 'You are ChatGPT, a large language model trained by OpenAI.') -}}
{{- '\nKnowledge cutoff: 2024-06\nCurrent date: ' + strftime_now('%Y-%m-%d') -}}
{{- '\n\nReasoning: ' + (reasoning_effort if reasoning_effort is defined else 'medium') -}}
{{- '\n\n# Valid channels: analysis, commentary, final. Channel must be included for every message.' -}}
{%- if tools -%}
    {{- "\nCalls to these tools must go to the commentary channel: 'functions'." -}}
{%- endif -%}
{{- '<|end|>' -}}
{%- set has_developer = messages[0].role in ['developer', 'system'] -%}
{%- if not has_developer -%}
    {{- developer_turn('') -}}
{%- endif -%}
{%- set state = namespace(called=none, last_final=-1) -%}
{%- for message in messages -%}
    {%- if message.role == 'assistant' and not message.tool_calls -%}
        {%- set state.last_final = loop.index0 -%}
    {%- endif -%}
{%- endfor -%}
{%- for message in messages -%}
    {%- if loop.first and has_developer -%}
        {{- developer_turn(message.content) -}}
    {%- elif message.role == 'assistant' -%}
        {%- for written in [message.content, message.thinking] if written is string -%}
            {%- if '<|channel|>analysis<|message|>' in written or '<|channel|>final<|message|>' in written -%}
                {{- raise_exception('expected text without channels: thoughts in thinking, the answer in content') -}}
            {%- endif -%}
        {%- endfor -%}
        {%- if message.tool_calls -%}
            {%- if message.tool_calls | length != 1 -%}
                {{- raise_exception('one call at a time: a turn holds at most one') -}}
            {%- endif -%}
            {%- if message.content and message.thinking -%}
                {{- raise_exception('expected content or thinking beside a call, got both') -}}
            {%- endif -%}
            {%- set call = message.tool_calls[0].function or message.tool_calls[0] -%}
            {%- set state.called = call.name -%}
            {%- set thought = message.content or message.thinking -%}
            {{- '<|start|>assistant' -}}
            {%- if thought and loop.index0 > state.last_final -%}
                {%- generation -%}
                    {#- reasoning -#}
                    {{- '<|channel|>analysis<|message|>' + thought + '<|end|><|start|>assistant' -}}
                {%- endgeneration -%}
            {%- endif -%}
            {%- generation -%}
                {#- toolCall -#}
                {{- ' to=functions.' + call.name + '<|channel|>commentary ' + (call.content_type if call.content_type is defined else 'json') -}}
                {{- '<|message|>' + call.arguments | tojson -}}
            {%- endgeneration -%}
            {%- generation -%}
                {#- endOfTurn -#}
                {{- '<|call|>' -}}
            {%- endgeneration -%}
        {%- else -%}
            {%- set is_end = loop.last and not add_generation_prompt -%}
            {{- '<|start|>assistant' -}}
            {%- if is_end and message.thinking is defined -%}
                {%- generation -%}
                    {#- reasoning -#}
                    {{- '<|channel|>analysis<|message|>' + message.thinking + '<|end|><|start|>assistant' -}}
                {%- endgeneration -%}
            {%- endif -%}
            {%- generation -%}
                {#- content -#}
                {{- '<|channel|>final<|message|>' + message.content -}}
            {%- endgeneration -%}
            {%- generation -%}
                {#- endOfTurn -#}
                {{- '<|return|>' if is_end else '<|end|>' -}}
            {%- endgeneration -%}
            {%- if not is_end -%}
                {%- set state.called = none -%}
            {%- endif -%}
        {%- endif -%}
    {%- elif message.role == 'tool' and state.called is not none -%}
        {{- '<|start|>functions.' + state.called + ' to=assistant<|channel|>commentary<|message|>' + message.content | tojson + '<|end|>' -}}
    {%- elif message.role == 'user' -%}
        {{- '<|start|>user<|message|>' + message.content + '<|end|>' -}}
    {%- else -%}
        {{- raise_exception('expected one system or developer turn, then user, assistant, and tool after a call, got ' + message.role) -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|start|>assistant' -}}
{%- endif -%}
`;
