/** Templates and conversations, with what jinja2 makes of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtInTemplates, ChatTemplate, type Conversation } from '@sftkit/templates';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';

export interface ConversationKind {
  readonly name: string;
  readonly conversation: Conversation;
  readonly options: { readonly variables?: Readonly<Record<string, unknown>> };
}

/** Digests of the text, of the text with generation prompt, and of the spans; null where jinja2 refuses. */
export type GoldenCell = readonly [string | null, string | null, string | null];

interface Golden {
  readonly clock: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, Readonly<Record<string, GoldenCell>>>>;
}

const fixture = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../packages/templates/test/${path}`, import.meta.url), 'utf8'));

/** Made by tools/golden/templates.py with the settings of transformers. */
export const golden = fixture('golden/conversations.json') as Golden;
export const kinds = fixture('conversations.json') as readonly ConversationKind[];

/** Templates that mark what the assistant writes, for stock templates that do not. */
const MARKED: Readonly<Record<string, string>> = {
  'trl/gemma3': 'trl/gemma3_training',
  'trl/llama3': 'trl/llama3_training',
  'trl/phi3': 'trl/phi3_training',
  'trl/qwen2_5': 'trl/qwen2_5_training',
  // TRL's own training template counts an empty thought as the assistant's.
  'trl/qwen3': 'qwen3',
  'llama.cpp/HuggingFaceTB-SmolLM3-3B': 'smollm3',
  'llama.cpp/Qwen-Qwen2.5-7B-Instruct': 'qwen2.5',
  'llama.cpp/Qwen-Qwen3-0.6B': 'qwen3',
  'llama.cpp/deepseek-ai-DeepSeek-V3.1': 'deepseek-v3',
  'llama.cpp/google-gemma-2-2b-it': 'gemma-2',
  'llama.cpp/ibm-granite-granite-3.3-2B-Instruct': 'granite',
  'llama.cpp/meta-llama-Llama-3.1-8B-Instruct': 'llama-3.1',
  'llama.cpp/meta-llama-Llama-3.2-3B-Instruct': 'llama-3.2',
  'llama.cpp/mistralai-Mistral-Nemo-Instruct-2407': 'mistral-nemo',
  'llama.cpp/openai-gpt-oss-120b': 'gpt-oss',
};

export interface NamedTemplate {
  /** `chatml`, `trl/qwen3`, ... */
  readonly name: string;
  readonly template: ChatTemplate;
  /** Name of the template that marks the same text. */
  readonly marked: string | undefined;
}

/** The built-in templates and, where ../shared lies beside the project, the stock ones. */
export function allTemplates(): readonly NamedTemplate[] {
  const sources: [string, string][] = Object.entries(builtInTemplates).map(([name, { source }]) => [
    name,
    source,
  ]);
  for (const folder of sharedIsPresent() ? ['llama.cpp', 'trl'] : []) {
    for (const file of readdirSync(sharedFile('templates', folder)).toSorted()) {
      if (!file.endsWith('.jinja')) continue;
      const name = `${folder}/${file.slice(0, -'.jinja'.length)}`;
      sources.push([name, readFileSync(sharedFile('templates', folder, file), 'utf8')]);
    }
  }
  return sources.map(([name, source]) => ({
    name,
    template: ChatTemplate.fromSource(source, {
      name,
      specialTokens: golden.variables,
      now: () => new Date(golden.clock),
    }),
    marked: MARKED[name],
  }));
}
