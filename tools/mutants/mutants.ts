/** Faults made by hand, one at a time: the tests of the package, or of masking, have to notice each. */

export interface Mutant {
  /** Below `packages/`. */
  readonly file: string;
  /** What stands there, once. */
  readonly find: string;
  readonly replace: string;
}

const templates = (file: string, find: string, replace: string): Mutant => ({
  file: `templates/src/${file}`,
  find,
  replace,
});
const masking = (file: string, find: string, replace: string): Mutant => ({
  file: `masking/src/${file}`,
  find,
  replace,
});

const json = (file: string, find: string, replace: string): Mutant => ({
  file: `json/src/${file}`,
  find,
  replace,
});
const tokenization = (file: string, find: string, replace: string): Mutant => ({
  file: `tokenization/src/${file}`,
  find,
  replace,
});

export const mutants: readonly Mutant[] = [
  // What JSON says.
  json('parse-json.ts', 'Number.isSafeInteger(value) ? value : BigInt(digits)', 'value'),
  json('parse-json.ts', 'Number.isInteger(value) || !Number.isFinite(value) ?', 'value === Infinity ?'),
  json('parse-json.ts', 'return value === 0 ? 0 : value;', 'return value;'),
  json('parse-json.ts', 'mayReorder ||= ARRAY_INDEX.test(key);', ''),
  json('parse-json.ts', "if (key === '__proto__')", 'if (keys.length < 0)'),
  json('parse-json.ts', 'if (!Object.hasOwn(object, key)) keys.push(key);', 'keys.push(key);'),
  json('parse-json.ts', 'const lone = loneSurrogate(value);', 'const lone = undefined;'),
  json('stringify-json.ts', 'exponent < -4 || exponent >= 16', 'exponent < -6 || exponent >= 21'),
  json('stringify-json.ts', "padEnd(exponent + 1, '0')", "padEnd(exponent, '0')"),
  json(
    'with-field.ts',
    "if (depth === 1 && start >= 0 && (piece === ',' || piece === '}'))",
    'if (start >= 0)',
  ),
  json('describe-bytes.ts', '(?:\\0[^\\0]){2}|^', ''),
  // Tokens beside tokenizer.json.
  tokenization('merge-tokens.ts', '...(before ?? token), special: true,', '...(before ?? token),'),
  tokenization('merge-tokens.ts', 'place === ADDED_TOKENS && before ? before', 'before ? before'),
  tokenization(
    'merge-tokens.ts',
    "if (key === 'pad_token' && !numbering.knows(token.content)) continue;",
    '',
  ),
  tokenization('merge-tokens.ts', '!given.some((other) => other.id === id)', 'true'),
  tokenization('merge-tokens.ts', 'if (id === this.#next) return;', 'return;'),
  tokenization('merge-tokens.ts', 'this.#idOf(content) ?? this.#freeId(token)', 'token.id'),
  tokenization('merge-tokens.ts', 'this.#next = Math.max(this.#next, token.id + 1);', ''),
  tokenization(
    'tokenizer-config.ts',
    'ours === undefined || (isOld && ours !== theirs)',
    'ours === undefined',
  ),
  tokenization('tokenizer-config.ts', 'theirs!.filter((token) => !known.has(contentOf(token)))', 'theirs!'),
  tokenization('class-frame.ts', 'if (value === null) return false;', 'if (value === null) return usual;'),
  tokenization(
    'class-frame.ts',
    "flag(config, 'add_eos_token', false)",
    "flag(config, 'add_eos_token', usual)",
  ),
  tokenization('class-frame.ts', 'GPTNeoX: false', 'GPTNeoX: true'),
  tokenization('tokenizer.ts', 'added_tokens: writeAddedTokens(this.addedTokens)', 'added_tokens: []'),
  tokenization('tokenizer.ts', '...(this.isReframed ?', '...(false ?'),
  tokenization('read-tokenizer.ts', 'if (main === undefined) {', 'if (main !== undefined) {'),
  // Where an answer begins.
  templates('answer-start.ts', 'const at = Math.min(first,', 'const at = Math.max(first,'),
  templates('answer-start.ts', 'return { at: Math.min(shared, first), rest:', 'return { at: first, rest:'),
  templates('answer-start.ts', 'if (goesOn > 0 && goesOn === added.length) return', 'if (goesOn > 0) return'),
  templates(
    'answer-start.ts',
    'EMPTY_THOUGHT.exec(written) ?? CLOSED_THOUGHT.exec(written)',
    'CLOSED_THOUGHT.exec(written)',
  ),
  templates('answer-start.ts', "    if (rest !== '') {", "    if (rest === 'never') {"),
  templates('answer-start.ts', "if (written.trim() === '') return 0;", 'return 0;'),
  templates('control-tokens.ts', 'if (start < same && start + unit.length > same) return start;', ''),
  templates(
    'answer-start.ts',
    "parting?.rest ?? (at === first ? (prompt?.added ?? '') : '')",
    "parting?.rest ?? ''",
  ),
  templates('answer-start.ts', 'same && text.startsWith(same.given, region.start)', 'same'),
  templates('answer-start.ts', "if (closing === '') return", 'if (!CLOSED_THOUGHT.test(closing)) return'),
  // Where it ends.
  templates('answer-end.ts', "return { pieces, finding: undefined, appended: '' };", ''),
  templates('answer-end.ts', 'from = Math.max(end, after);', 'from = before;'),
  templates('answer-end.ts', 'if (goesOn) length = Math.min(length, closersLength(written));', ''),
  templates('answer-end.ts', 'if (stop !== undefined) return stop;', ''),
  templates('answer-end.ts', 'goesOn ? knownStop(written, rendering) :', 'goesOn ? undefined :'),
  templates('answer-end.ts', 'if (isOwnHeader && stopTokens === undefined) {', 'if (false) {'),
  templates('answer-end.ts', 'return hasToken ? [{ start: gap', 'return false ? [{ start: gap'),
  templates('answer-end.ts', "if (usual !== '' && token !== usual) {", "if (usual === 'never') {"),
  templates('answer-end.ts', 'if (!isStop) {', 'if (isStop) {'),
  templates('answer-end.ts', "if (roleAt(closed) === 'assistant') return ended(closed);", ''),
  templates(
    'stop-length.ts',
    'return at > group.start && at < group.end ? at : group.end;',
    'return group.end;',
  ),
  templates('stop-length.ts', 'if (found) return found.end;', 'if (found) return found.start;'),
  // Whose text it is.
  templates(
    'turn-regions.ts',
    "const NOT_WRITTEN = ['name', 'tool_call_id', 'tool_responses', 'tool_results'];",
    'const NOT_WRITTEN: string[] = [];',
  ),
  templates(
    'turn-regions.ts',
    'const own = inside.filter((span) => !isRepeated.has(span));',
    'const own = inside;',
  ),
  templates('turn-regions.ts', 'return !(isElsewhere && isRepeated.has(span));', 'return true;'),
  templates(
    'trace-template.ts',
    'if (last?.message === place.turn && last.end === at) last.end = end;',
    'if (last?.message === place.turn) last.end = end;',
  ),
  templates(
    'trace-template.ts',
    'if (open && open.block !== place?.block) {',
    'if (open && !place?.block) {',
  ),
  templates('marked-generation.ts', 'if (others.length === 0) return span;', 'return span;'),
  templates('marked-generation.ts', 'if (missing !== undefined) {', 'if (false) {'),
  templates('given-values.ts', 'if (known?.from === message) return known;', 'if (known) return known;'),
  templates('given-values.ts', "field === 'train' || field === 'weight'", "field === 'train'"),
  templates('chat-template.ts', 'return this.#options.matchPrompt ?', 'return false ?'),
  templates('message-spans.ts', 'const isAlone = missing.every(', 'const isAlone = missing.some('),
  // The engine: whose character each one is.
  templates('jinja/text.ts', 'last.from + last.length === piece.from));', 'true));'),
  templates('jinja/text.ts', 'outer && outer.turn >= 0 ? joinPlaces(outer, piece.place) :', ''),
  templates('jinja/text.ts', '(piece.source ? { ...piece, from: -1 } : piece)', 'piece'),
  templates('jinja/text.ts', 'const first = Math.max(start, at);', 'const first = at;'),
  templates(
    'jinja/replace.ts',
    "typeof put === 'string' && old !== '' ? owned(put, sourceAt(at)) : put",
    'put',
  ),
  templates('jinja/interpreter.ts', 'if (this.#loops === 0 || (this.#place', 'if (true || (this.#place'),
  templates('jinja/interpreter.ts', 'isText(value) && this.turn !== undefined;', 'false;'),
  templates('jinja/split.ts', 'start = at + separator.length;', 'start = at + 1;'),
  // The engine: what jinja2 writes, and what it refuses.
  templates('jinja/lexer.ts', String.raw`source.replace(/\r\n?/g, '\n');`, 'source;'),
  templates('jinja/to-json.ts', 'if (options.sortKeys) entries.sort', 'if (false) entries.sort'),
  templates('jinja/hidden-names.ts', 'isHidden && !(branch.#given', 'isHidden && (branch.#given'),
  templates('jinja/attributes.ts', "name.startsWith('_') && !(found", 'false && !(found'),
  templates('jinja/budget.ts', 'if (count > this.#maxPieces)', 'if (false)'),
  templates('tokenizer-config.ts', "name === undefined ? templates.get('tool_use') : undefined", 'undefined'),
  // What is refused, and what is said.
  templates('left-out.ts', "if (typeof name === 'string' && !isWritten(`${path}.name`, name))", 'if (false)'),
  templates('left-out.ts', 'return at >= to;', 'return at > from;'),
  templates('left-out.ts', 'const missing = missingText(given,', 'const missing = missingText(undefined,'),
  templates(
    'derive-generation.ts',
    'if (missing !== undefined) {',
    'if (missing === undefined) continue; else if (false) {',
  ),
  templates('derive-generation.ts', 'findings.push({ ...finding, message });', ''),
  templates('write-prompts.ts', '(begins && at === offset)', 'false'),
  // Which tokens are learnt.
  masking(
    'mask-conversation.ts',
    'start >= stretches[at]!.end) at += 1;',
    'start > stretches[at]!.end) at += 1;',
  ),
  masking('encode-conversation.ts', 'boundaries: starts });', 'boundaries: [] });'),
  masking('encode-conversation.ts', 'starts[t]! < border && !tokenizer', 'starts[t]! > border && !tokenizer'),
  masking(
    'encode-conversation.ts',
    'one.end === next?.start && one.message === next.message',
    'one.end === next?.start',
  ),
  masking('plain-ranges.ts', 'Math.max(start, sources[at]!.start)', 'start'),
  masking('supervised-spans.ts', 'isWanted.lastIndexOf(true)', 'isWanted.indexOf(true)'),
  masking('supervised-spans.ts', '(train ?? byPolicy) ? weight', 'byPolicy ? weight'),
  masking('supervised-spans.ts', "if (trained < 0 && !roles.includes('tool')) return;", 'return;'),
  masking('own-spans.ts', '(ofMessage ?? 1) * (weight ?? 1)', '(ofMessage ?? 1)'),
  masking(
    'own-spans.ts',
    'if (at < 0 || from >= at + END_OF_THOUGHT.length) return 0;',
    'if (at < 0) return 0;',
  ),
  masking('own-spans.ts', 'said && said.start < closed ? Math.max(end, said.start) : closed', 'closed'),
  masking('label-tokens.ts', 'weights[0] = 0;', ''),
  masking('mask-example.ts', 'if (missing.length > 0) throw', 'if (false) throw'),
  masking('mask-example.ts', 'if (spelt !== undefined) throw', 'if (false) throw'),
  masking('mask-example.ts', 'if (finding) throw', 'if (false) throw'),
  masking('cut-into-stretches.ts', 'if (ordered[middle]! <= wanted)', 'if (ordered[middle]! < wanted)'),
  masking('fit-examples.ts', "return 'answer-cut-away';", ''),
  masking('pack-rows.ts', 'tokens[b]! - tokens[a]! || a - b', 'tokens[b]! - tokens[a]! || b - a'),
  masking('to-batch.ts', 'example.labels.subarray(1)', 'example.labels'),
  masking('row-order.ts', '* (i + 1));', '* i);'),
  // The proof.
  masking('verify-mask.ts', 'if (inside === end) continue;', 'continue;'),
  masking('verify-mask.ts', 'wanted.fill(weight > 0 ? 1 : 0, start, end);', 'wanted.fill(1, start, end);'),
  masking(
    'witness.ts',
    'if (isLearnt ? !isAssistant && from <= start : isAssistant) return false;',
    'if (isLearnt && !isAssistant && from <= start) return false;',
  ),
  masking('witness.ts', 'const stop = Math.min(shared, first);', 'const stop = 0;'),
  masking('witness.ts', "if (written.trim() === '') {", "if (written === 'never') {"),
  masking('witness.ts', 'return at >= 0 && learntTo <', 'return at < 0 && learntTo <'),
];
