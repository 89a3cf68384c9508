/**
 * Where each message stands. Most come from the template's loop over messages. A message that is written
 * outside of the loop (a system prompt pulled to the top) or inside another one's turn (folded into the first
 * user turn) is found by where its content came out.
 */
import type { ContentEnds, Piece } from './trace-template.js';
import type { Message, MessageSpan } from './types.js';

/** Length of the beginning-of-sequence token at the start of a text: it belongs to the template. */
export function leadingBos(text: string, bosToken: string | undefined): number {
  return bosToken !== undefined && bosToken !== '' && text.startsWith(bosToken) ? bosToken.length : 0;
}

/**
 * @param contents asked only when a message has no piece of its own
 * @returns in order of the text, not overlapping, not empty; a message that left no trace is absent
 */
export function messageSpans(
  text: string,
  messages: readonly Message[],
  pieces: readonly Piece[],
  bosLength: number,
  contents: () => ReadonlyMap<number, ContentEnds>,
): MessageSpan[] {
  let found = pieces
    .map(({ start, end, message }) => ({ start: Math.max(start, bosLength), end, message }))
    .filter(({ start, end }) => end > start);
  const written = new Set(pieces.map(({ message }) => message));
  const isMissing = (message: Message, index: number): boolean =>
    !written.has(index) && typeof message.content === 'string' && message.content.trim() !== '';
  if (messages.some(isMissing)) {
    const ends = contents();
    const missing: Piece[] = [];
    messages.forEach((message, index) => {
      const { start, end } = ends.get(index) ?? {};
      if (isMissing(message, index) && start !== undefined && end !== undefined) {
        missing.push({ start, end, message: index });
      }
    });
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
