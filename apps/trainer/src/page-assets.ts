/** The parts of the inspection page. Both src/ and dist/ stand beside page/. */
import { readFileSync } from 'node:fs';

export function pageAssets(): { readonly html: string; readonly css: string; readonly js: string } {
  const read = (name: string) => readFileSync(new URL(`../page/${name}`, import.meta.url), 'utf8');
  return { html: read('page.html'), css: read('page.css'), js: read('page.js') };
}
