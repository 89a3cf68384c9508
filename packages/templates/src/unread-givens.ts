import type { Conversation, RenderFinding, SourceSpan } from './types.js';

/**
 * What a conversation brings beside its messages and its template makes nothing of. Tools are another matter: some
 * templates write calls without the descriptions, which `verifyTemplate` says.
 * @param sources of the rendering
 * @param template its source
 */
export function unreadGivens(
  { documents = [], variables = {} }: Conversation,
  sources: readonly SourceSpan[],
  template: string,
): RenderFinding[] {
  const words = new Set(template.match(/\w+/g));
  const problems = Object.keys(variables)
    .filter((name) => !words.has(name))
    .map((name) => `nothing in the template reads the variable ${JSON.stringify(name)}`);
  if (documents.length > 0 && !sources.some(({ field }) => field === 'documents')) {
    problems.push('the template leaves out the documents');
  }
  return problems.map((problem) => ({ kind: 'unread', message: -1, problem }));
}
