/** One page that holds everything: markup, style, script and data. It asks the network for nothing. */
import type { Finding } from '@sftkit/sft';
import { pageAssets } from '../page-assets.js';
import type { PageExample } from './page-example.js';

export interface PageData {
  /** Names of the file, the tokenizer's directory and the template, which is null for plain text. */
  readonly data: string;
  readonly tokenizer: string;
  readonly template: string | null;
  /** The policy that is shown first, and the example. */
  readonly policy: string;
  readonly first: number;
  /** T, where the user asked about one. */
  readonly length: number | null;
  /** What tokens show that stand for no character, by id. */
  readonly names: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
  readonly examples: readonly PageExample[];
}

export function inspectionPage(data: PageData): string {
  const { html, css, js } = pageAssets();
  const parts: Readonly<Record<string, string>> = { css, js, data: embeddable(data) };
  // A function: a replacement text would read `$&` in the data as a command.
  return html.replace(/\/\*\{(css|js|data)\}\*\//g, (_, name: string) => parts[name]!);
}

/** JSON that cannot end the script element it stands in: `</script>` and `<!--` are nothing special any more. */
function embeddable(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
