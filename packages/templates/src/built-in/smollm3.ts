/**
 * SmolLM 3 as llama.cpp ships it: a system turn with metadata, in which `/think` or `/no_think` of the system prompt, or
 * `enable_thinking`, chooses the mode. Without thinking each answer follows an empty `<think></think>`, which is the
 * template's. Tools have no form here: calls are refused.
 */
export const smollm3Source = String.raw`{%- macro text(content) -%}
    {%- if content is string -%}
        {{- content -}}
    {%- else -%}
        {%- for part in content or [] -%}
            {{- part.text -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{%- set thinks = 'Thought and Solution' -%}
{%- set system = messages[0].content if messages[0].role == 'system' else '' -%}
{%- set mode = '/think' if enable_thinking is not defined or enable_thinking else '/no_think' -%}
{%- if '/no_think' in system -%}
    {%- set mode = '/no_think' -%}
{%- elif '/think' in system -%}
    {%- set mode = '/think' -%}
{%- endif -%}
{%- macro system_turn(content) -%}
    {%- set instructions = content.replace('/no_think', '').replace('/think', '').rstrip() -%}
    {{- '<|im_start|>system\n## Metadata\n\nKnowledge Cutoff Date: June 2025\nReasoning Mode: ' + mode + '\n\n## Custom Instructions\n\n' -}}
    {%- if instructions -%}
        {{- instructions -}}
    {%- else -%}
        {{- 'You are a helpful AI assistant named SmolLM, trained by Hugging Face.' -}}
        {%- if mode == '/think' -%}
            {{- ' Your role as an assistant involves thoroughly exploring questions through a systematic thinking process before providing the final precise and accurate solutions. This requires engaging in a comprehensive cycle of analysis, summarizing, exploration, reassessment, reflection, backtracking, and iteration to develop well-considered thinking process. Please structure your response into two main sections: Thought and Solution using the specified format: <think> Thought section </think> Solution section. In the Thought section, detail your reasoning process in steps. Each step should include detailed considerations such as analysing questions, summarizing relevant findings, brainstorming new ideas, verifying the accuracy of the current steps, refining any errors, and revisiting previous steps. In the Solution section, based on various attempts, explorations, and reflections from the Thought section, systematically present the final solution that you deem correct. The Solution section should be logical, accurate, and concise and detail necessary steps needed to reach the conclusion.' -}}
        {%- endif -%}
    {%- endif -%}
    {{- '\n\n<|im_end|>\n' -}}
{%- endmacro -%}
{%- set header = '<|im_start|>assistant\n' if mode == '/think' else '<|im_start|>assistant\n<think>\n\n</think>\n' -%}
{%- if messages[0].role != 'system' -%}
    {{- system_turn('') -}}
{%- endif -%}
{%- for message in messages -%}
    {%- if message.role == 'system' and loop.first -%}
        {{- system_turn(message.content) -}}
    {%- elif message.role == 'assistant' and not message.tool_calls -%}
        {{- header -}}
        {%- generation -%}
            {#- content -#}
            {{- text(message.content).lstrip('\n') -}}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<|im_end|>' -}}
        {%- endgeneration -%}
        {{- '\n' -}}
    {%- elif message.role == 'user' or message.role == 'tool' -%}
        {{- '<|im_start|>user\n' + text(message.content) + '<|im_end|>\n' -}}
    {%- else -%}
        {{- raise_exception('expected one system prompt, then user, assistant with text, and tool, got ' + message.role + '; the template would leave the rest out') -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- header -}}
{%- endif -%}
`;
