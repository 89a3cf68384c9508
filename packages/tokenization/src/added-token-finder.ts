/**
 * Finds added tokens in a text: leftmost first, longest first, as the Rust library does. lstrip and rstrip
 * widen the token over the whitespace beside it; single-word tokens need a border on both sides.
 */
import { escapeForPattern } from './compile-pattern.js';
import type { AddedToken, Span } from './types.js';

export interface AddedTokenMatch extends Span {
  readonly token: AddedToken;
}

/** A second opinion on each match; a refused one leaves room for a shorter or later one. */
export type AcceptMatch = (token: AddedToken, start: number, end: number) => boolean;

export type AddedTokenFinder = (text: string, accept: AcceptMatch) => AddedTokenMatch[];

interface TrieNode {
  readonly next: Map<number, TrieNode>;
  token: AddedToken | undefined;
}

// `\w` as the Rust library reads it.
const ENDS_IN_WORD = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const BEGINS_WITH_WORD = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const WHITESPACE = /\p{White_Space}/u;

/**
 * @param tokens by the text that they are found by: their content, or their normalized content
 */
export function compileAddedTokens(tokens: ReadonlyMap<string, AddedToken>): AddedTokenFinder {
  if (tokens.size === 0) return () => [];
  const root = buildTrie(tokens);
  const firstUnits = [...root.next.keys()].map((unit) => escapeForPattern(String.fromCharCode(unit)));
  // Without the `u` flag, so that the expression stops at single code units, as the trie does.
  const candidate = new RegExp(`[${firstUnits.map((unit) => unit.replace(/^[-&]$/, '\\$&')).join('')}]`, 'g');
  return (text, accept) => {
    const matches: AddedTokenMatch[] = [];
    let position = 0;
    let floor = 0; // end of the last match: lstrip reaches no further back
    while (position < text.length) {
      candidate.lastIndex = position;
      if (!candidate.test(text)) break;
      const at = candidate.lastIndex - 1;
      const found = longestAt(root, text, at, accept);
      position = at + 1;
      if (found === undefined) continue;
      const { token, end: contentEnd } = found;
      let start = at;
      let end = contentEnd;
      if (token.lstrip) while (start > floor && WHITESPACE.test(text[start - 1]!)) start--;
      if (token.rstrip) while (end < text.length && WHITESPACE.test(text[end]!)) end++;
      matches.push({ token, start, end });
      floor = end;
      position = end;
    }
    return matches;
  };
}

function buildTrie(tokens: ReadonlyMap<string, AddedToken>): TrieNode {
  const root: TrieNode = { next: new Map(), token: undefined };
  for (const [content, token] of tokens) {
    if (content === '') continue;
    let node = root;
    for (let i = 0; i < content.length; i++) {
      const unit = content.charCodeAt(i);
      let child = node.next.get(unit);
      if (child === undefined) {
        child = { next: new Map(), token: undefined };
        node.next.set(unit, child);
      }
      node = child;
    }
    node.token = token;
  }
  return root;
}

function longestAt(root: TrieNode, text: string, start: number, accept: AcceptMatch) {
  let node: TrieNode | undefined = root;
  let longest: { token: AddedToken; end: number } | undefined;
  for (let end = start; end < text.length; ) {
    node = node.next.get(text.charCodeAt(end++));
    if (node === undefined) break;
    const { token } = node;
    if (token && accept(token, start, end) && (!token.singleWord || isSingleWord(text, start, end))) {
      longest = { token, end };
    }
  }
  return longest;
}

function isSingleWord(text: string, start: number, end: number): boolean {
  // Two code units hold the neighbouring character, also one beyond the basic plane.
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  return !ENDS_IN_WORD.test(before) && !BEGINS_WITH_WORD.test(after);
}
