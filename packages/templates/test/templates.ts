/** The templates that the golden files know, made as those files were: their clock, their special tokens. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sharedFile } from '@sftkit/testing';
import { type BuiltInTemplateName, builtInTemplates } from '../src/built-in-templates.js';
import { ChatTemplate } from '../src/chat-template.js';

/** What the golden files about every template share. */
export interface GoldenTable<Cell> {
  readonly clock: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Digests of the built-in templates that the file was made from. */
  readonly sources: Readonly<Record<string, string>>;
  /** By template and kind of conversation. */
  readonly templates: Readonly<Record<string, Readonly<Record<string, Cell>>>>;
}

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8')) as T;
}

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Digests of text, of text with generation prompt, of generation blocks; null where jinja2 refuses. */
export type ConversationCell = readonly [string | null, string | null, string | null];

export const conversationTable = golden<GoldenTable<ConversationCell>>('conversations');

export const builtInNames = Object.keys(builtInTemplates) as BuiltInTemplateName[];

/** `folder/name` below ../shared/templates: they can be read only where that folder is. */
export const stockNames = Object.keys(conversationTable.templates).filter((name) => name.includes('/'));

/** @param name of a built-in or a stock template */
export function templateNamed(name: string): ChatTemplate {
  const builtIn = name.includes('/') ? undefined : builtInTemplates[name as BuiltInTemplateName];
  const source =
    builtIn?.source ?? readFileSync(sharedFile('templates', ...`${name}.jinja`.split('/')), 'utf8');
  return ChatTemplate.fromSource(source, {
    name,
    specialTokens: conversationTable.variables,
    now: () => new Date(conversationTable.clock),
  });
}
