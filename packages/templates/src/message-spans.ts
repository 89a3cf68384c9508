/**
 * Where each message stands. Most come from the template's loop over messages. A message that is written
 * outside of the loop (a system prompt pulled to the top) or inside another one's turn (folded into the first
 * user turn) is found by where its content came out.
 */
import type { Turn as Piece, Trace } from './trace-template.js';
import type { Message, MessageSpan, SourceSpan } from './types.js';

/** Length of the beginning-of-sequence token at the start of a text: it belongs to the template. */
export function leadingBos(text: string, bosToken: string | undefined): number {
  return bosToken !== undefined && bosToken !== '' && text.startsWith(bosToken) ? bosToken.length : 0;
}

/** @returns in order of the text, not overlapping, not empty; a message that left no trace is absent */
export function messageSpans(
  { text, turns, sources }: Trace,
  messages: readonly Message[],
  bosLength: number,
): MessageSpan[] {
  let found: Piece[] = [];
  const isWritten = new Uint8Array(messages.length);
  for (const { start, end, message } of turns) {
    isWritten[message] = 1;
    if (end > bosLength) found.push({ start: Math.max(start, bosLength), end, message });
  }
  if (isWritten.includes(0)) {
    const missing = [...messages.keys()]
      .filter((index) => isWritten[index] === 0)
      .flatMap((index) => contentPiece(sources, index));
    for (const content of missing) found = insert(found, content, missing, bosLength);
  }
  return widest(found).map(({ start, end, message }) => ({
    start,
    end,
    message,
    role: messages[message]!.role,
  }));

  function insert(pieces: Piece[], content: Piece, missing: Piece[], bos: number): Piece[] {
    const around = pieces.find(({ start, end }) => start < content.end && content.start < end);
    if (around) {
      // The rest of the turn belongs to the message that it was written for.
      const rest = [
        { ...around, end: content.start },
        { ...around, start: content.end },
      ];
      return sorted([...pieces.filter((piece) => piece !== around), content, ...rest]);
    }
    const before = Math.max(bos, ...pieces.filter(({ end }) => end <= content.start).map(({ end }) => end));
    const after = Math.min(
      text.length,
      ...pieces.filter(({ start }) => start >= content.end).map(({ start }) => start),
    );
    const isAlone = missing.every(
      (other) => other === content || other.end <= before || other.start >= after,
    );
    // Alone between its neighbours, all that stands there was written for it, header included.
    return sorted([
      ...pieces,
      isAlone && pieces.length > 0 ? { ...content, start: before, end: after } : content,
    ]);
  }
}

function sorted(pieces: readonly Piece[]): Piece[] {
  return pieces.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
}

/** One span a message: where a folded one cut it in two, the longer part. */
function widest(pieces: readonly Piece[]): readonly Piece[] {
  const best = new Map<number, Piece>();
  for (const piece of pieces) {
    const known = best.get(piece.message);
    if (!known || piece.end - piece.start > known.end - known.start) best.set(piece.message, piece);
  }
  return best.size === pieces.length ? pieces : sorted([...best.values()]);
}

/** Where a message's content came out first, in one stretch. */
function contentPiece(sources: readonly SourceSpan[], message: number): Piece[] {
  const own = sources.filter((span) => span.message === message && span.field === 'content');
  const [first] = own;
  if (!first) return [];
  let last = first;
  for (const span of own) {
    // Written once more: what follows is a copy.
    if (span !== first && span.path === first.path && span.from <= first.from && span.from >= 0) break;
    last = span;
  }
  return [{ start: first.start, end: last.end, message }];
}
