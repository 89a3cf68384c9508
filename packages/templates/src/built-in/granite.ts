/**
 * Granite 3.3: a default system prompt dated by the clock, which names tools and documents; `thinking`, `controls` and
 * `documents` as in the stock template. It writes no tool calls but as content: others are refused.
 */
export const graniteSource = String.raw`{%- macro text(content) -%}
    {%- if content is string -%}
        {{- content -}}
    {%- else -%}
        {%- for part in content or [] -%}
            {{- part.text -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{%- macro closing() -%}
    {{- '<|end_of_text|>\n' -}}
{%- endmacro -%}
{%- macro resources() -%}
    {%- if available_tools -%}
        {{- '<|start_of_role|>available_tools<|end_of_role|>' + available_tools | tojson(indent=4) + closing() -}}
    {%- endif -%}
    {%- for document in documents or [] -%}
        {{- '<|start_of_role|>document {"document_id": "' + document.doc_id | string + '"}<|end_of_role|>\n' + document.text + closing() -}}
    {%- endfor -%}
{%- endmacro -%}
{%- if tools and not available_tools -%}
    {%- set available_tools = tools -%}
{%- endif -%}
{%- if messages[0].role != 'system' -%}
    {{- "<|start_of_role|>system<|end_of_role|>Knowledge Cutoff Date: April 2024. Today's Date: " + strftime_now('%B %d, %Y') + '. You are Granite, developed by IBM.' -}}
    {%- if available_tools -%}
        {{- " You are a helpful assistant with access to the following tools. When a tool is required to answer the user's query, respond only with <|tool_call|> followed by a JSON list of tools used. If a tool does not exist in the provided list of tools, notify the user that you do not have the ability to fulfill the request." -}}
    {%- endif -%}
    {%- if documents -%}
        {{- " Write the response to the user's input by strictly aligning with the facts in the provided documents. If the information needed to answer the question is not available in the documents, inform the user that the question cannot be answered based on the available data." -}}
    {%- elif not available_tools -%}
        {{- ' You are a helpful AI assistant.' -}}
        {%- if thinking -%}
            {{- '\nRespond to every user query in a comprehensive and detailed way. You can write down your thoughts and reasoning process before responding. In the thought process, engage in a comprehensive cycle of analysis, summarization, exploration, reassessment, reflection, backtracing, and iteration to develop well-considered thinking process. In the response section, based on various attempts, explorations, and reflections from the thoughts section, systematically present the final solution that you deem correct. The response should summarize the thought process. Write your thoughts between <think></think> and write your response between <response></response> for each user query.' -}}
        {%- endif -%}
    {%- endif -%}
    {%- if documents and controls and 'citations' in controls -%}
        {{- '\nUse the symbols <|start_of_cite|> and <|end_of_cite|> to indicate when a fact comes from a document in the search result, e.g <|start_of_cite|> {document_id: 1}my fact <|end_of_cite|> for a fact from document 1. Afterwards, list all the citations with their corresponding documents in an ordered list.' -}}
    {%- endif -%}
    {%- if documents and controls and 'hallucinations' in controls -%}
        {{- '\nFinally, after the response is written, include a numbered list of sentences from the response with a corresponding risk value that are hallucinated and not based in the documents.' -}}
    {%- endif -%}
    {{- closing() + resources() -}}
{%- endif -%}
{%- for message in messages -%}
    {{- '<|start_of_role|>' + message.role + '<|end_of_role|>' -}}
    {%- if message.role == 'assistant' -%}
        {%- if message.tool_calls -%}
            {{- raise_exception('Granite writes tool calls as content, <|tool_call|> and a JSON list; put them there') -}}
        {%- endif -%}
        {%- generation -%}
            {#- content -#}
            {{- text(message.content) -}}
        {%- endgeneration -%}
        {%- generation -%}
            {#- endOfTurn -#}
            {{- '<|end_of_text|>' -}}
        {%- endgeneration -%}
        {{- '\n' -}}
    {%- else -%}
        {{- text(message.content) + closing() -}}
    {%- endif -%}
    {%- if message.role == 'system' and loop.first -%}
        {{- resources() -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|start_of_role|>assistant' -}}
    {%- if controls -%}
        {{- ' ' + controls | tojson -}}
    {%- endif -%}
    {{- '<|end_of_role|>' -}}
{%- endif -%}
`;
