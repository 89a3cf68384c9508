/** One page that holds everything: markup, style, script and data. It asks the network for nothing. */
import type { Finding } from '@sftkit/sft';
import { pageAssets } from '../page-assets.js';
import type { PageWhole } from './page-totals.js';

/** What the page knows besides its examples. */
export interface PageData {
  /** Names of the file, the tokenizer's directory and the template, which is null for plain text. */
  readonly data: string;
  readonly tokenizer: string;
  readonly template: string | null;
  /** The policy that is shown first, and the index of the example. */
  readonly policy: string;
  readonly first: number;
  /** T, where the user asked about one. */
  readonly length: number | null;
  /** What tokens show that stand for no character, by id. */
  readonly names: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
  readonly whole: PageWhole;
  /** Says which examples the page holds, where these are not all. */
  readonly sample: string | null;
}

/** Examples that are written together. */
const GROUP = 256;

/**
 * The page in pieces: together they may be longer than a string can be.
 * @param examples `embeddable` JSON of each, a `PageExample`
 */
export function* inspectionPage(data: PageData, examples: readonly string[]): Generator<string> {
  const { html, css, js } = pageAssets();
  const pieces = html.split(/\/\*\{(css|js|data)\}\*\//);
  for (const [at, piece] of pieces.entries()) {
    if (at % 2 === 0) yield piece;
    else if (piece === 'data') yield* dataPieces(data, examples);
    else yield piece === 'css' ? css : js;
  }
}

function* dataPieces(data: PageData, examples: readonly string[]): Generator<string> {
  yield `${embeddable(data).slice(0, -1)},"examples":[`;
  for (let from = 0; from < examples.length; from += GROUP) {
    yield `${from === 0 ? '' : ','}${examples.slice(from, from + GROUP).join(',')}`;
  }
  yield ']}';
}

/** JSON that cannot end the script element it stands in: `</script>` and `<!--` are nothing special any more. */
export function embeddable(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
