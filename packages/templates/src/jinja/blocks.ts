import type { Statement } from './syntax.js';

type Block = Statement & { readonly kind: 'scope' };

/** The `{% block %}`s of a template, however deep they stand. */
export function namedBlocks(statements: readonly Statement[]): ReadonlyMap<string, Block> {
  const found = new Map<string, Block>();
  const open = [...statements];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'scope' && next.block) found.set(next.block.name, next);
    open.push(...bodiesOf(next).flat());
  }
  return found;
}

/** The statements inside of one. */
export function bodiesOf(statement: Statement): (readonly Statement[])[] {
  switch (statement.kind) {
    case 'if':
      return [...statement.branches.map(({ body }) => body), statement.otherwise];
    case 'for':
      return [statement.body, statement.otherwise];
    case 'macro':
      return [statement.macro.body];
    case 'callBlock':
      return [statement.caller.body];
    case 'setBlock':
    case 'filterBlock':
    case 'with':
    case 'scope':
    case 'generation':
      return [statement.body];
    default:
      return [];
  }
}
