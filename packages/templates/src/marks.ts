/**
 * Marks are written into the output while a template runs and taken out again: one private-use character,
 * what begins or ends there, and another one. Both characters occur nowhere in the template or its input, so
 * a mark can't be mistaken for text.
 */
import type { GenerationKind } from './types.js';

export type MarkKind = 'message' | 'generation' | 'content';

export interface Marks {
  readonly open: string;
  readonly close: string;
}

export interface Mark {
  readonly kind: MarkKind;
  readonly ends: boolean;
  /** Index into the messages; -1 where no message is being written. */
  readonly message: number;
  /** UTF-16 offset into the text without marks. */
  readonly at: number;
  /** What a generation block writes, where the template says so. */
  readonly writes?: GenerationKind | undefined;
}

const letters: Record<MarkKind, string> = { message: 'm', generation: 'g', content: 'c' };
const kinds: Record<string, MarkKind> = { m: 'message', g: 'generation', c: 'content' };

const firstPrivateUse = 0xe000;
const lastPrivateUse = 0xf8ff;

/** Two private-use characters that occur in none of the texts; undefined where all are taken. */
export function chooseMarks(texts: readonly string[]): Marks | undefined {
  const found: string[] = [];
  for (let code = firstPrivateUse; code <= lastPrivateUse && found.length < 2; code += 1) {
    const character = String.fromCharCode(code);
    if (!texts.some((text) => text.includes(character))) found.push(character);
  }
  const [open, close] = found;
  return open !== undefined && close !== undefined ? { open, close } : undefined;
}

export function writeMark(
  marks: Marks,
  kind: MarkKind,
  ends: boolean,
  message: number,
  writes?: GenerationKind,
): string {
  return `${marks.open}${ends ? '/' : ''}${letters[kind]}${message}${writes ?? ''}${marks.close}`;
}

/** The text without marks, and the marks in order. */
export function readMarks(marked: string, marks: Marks): { text: string; found: Mark[] } {
  const pattern = new RegExp(`${marks.open}(/?)([mgc])(-?\\d+)([a-zA-Z]*)${marks.close}`, 'g');
  const found: Mark[] = [];
  let text = '';
  let copied = 0;
  for (const match of marked.matchAll(pattern)) {
    text += marked.slice(copied, match.index);
    copied = match.index + match[0].length;
    found.push({
      kind: kinds[match[2]!]!,
      ends: match[1] === '/',
      message: Number(match[3]),
      at: text.length,
      writes: (match[4] || undefined) as GenerationKind | undefined,
    });
  }
  return { text: text + marked.slice(copied), found };
}
