/** Which names a template reads and gives, as jinja2's compiler sees it before anything runs. */
import type { Expression, GivenArguments, Parameter, Statement, Target } from './syntax.js';

/** The names that an expression reads. */
export function namesIn(expression: Expression): string[] {
  const names: string[] = [];
  // Without recursion: sums of texts may be long.
  const open = [expression];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'name') names.push(next.name);
    for (const part of partsOf(next)) if (part) open.push(part);
  }
  return names;
}

/** The expressions inside of one. */
export function partsOf(node: Expression): readonly (Expression | undefined)[] {
  switch (node.kind) {
    case 'attribute':
      return [node.object];
    case 'item':
      return [node.object, node.key];
    case 'slice':
      return [node.object, ...node.bounds];
    case 'call':
      return [node.callee, ...argumentsOf(node.given)];
    case 'filter':
    case 'test':
      return [node.value, ...argumentsOf(node.given)];
    case 'not':
    case 'negative':
    case 'positive':
      return [node.value];
    case 'and':
    case 'or':
    case 'operation':
      return [node.left, node.right];
    case 'compare':
      return [node.first, ...node.rest.map(([, operand]) => operand)];
    case 'concat':
    case 'list':
    case 'tuple':
      return node.items;
    case 'dict':
      return node.entries.flat();
    case 'condition':
      return [node.test, node.then, node.otherwise];
    default:
      return [];
  }
}

function argumentsOf({ positional, named, rest, namedRest }: GivenArguments): (Expression | undefined)[] {
  return [...positional, ...named.map(([, value]) => value), rest, namedRest];
}

/** The names that a target gives; fields of a namespace are none. */
export function namesGiven(target: Target): string[] {
  if (target.kind === 'targets') return target.targets.flatMap(namesGiven);
  return target.kind === 'name' ? [target.name] : [];
}

/** The names of these that statements read before they give them, those of `{% block %}`s left out. */
export function undeclaredIn(
  statements: readonly Statement[],
  names: readonly string[],
): ReadonlySet<string> {
  const found = new Set<string>();
  const wanted = new Set(names);
  visitAll(statements);
  return found;

  function reads(...expressions: readonly (Expression | undefined)[]): void {
    for (const expression of expressions)
      if (expression) for (const name of namesIn(expression)) if (wanted.has(name)) found.add(name);
  }

  function gives(target: Target): void {
    for (const name of namesGiven(target)) wanted.delete(name);
  }

  function takes(parameters: readonly Parameter[]): void {
    for (const { name } of parameters) wanted.delete(name);
    reads(...parameters.map(({ fallback }) => fallback));
  }

  function visitAll(body: readonly Statement[]): void {
    for (const statement of body) visit(statement);
  }

  function visit(node: Statement): void {
    switch (node.kind) {
      case 'output':
        reads(node.value);
        return;
      case 'if':
        for (const { test, body } of node.branches) {
          reads(test);
          visitAll(body);
        }
        visitAll(node.otherwise);
        return;
      case 'for':
        gives(node.target);
        reads(node.items);
        visitAll(node.body);
        visitAll(node.otherwise);
        reads(node.test);
        return;
      case 'set':
        gives(node.target);
        reads(node.value);
        return;
      case 'setBlock':
        gives(node.target);
        reads(node.filter);
        visitAll(node.body);
        return;
      case 'macro':
        takes(node.macro.parameters);
        visitAll(node.macro.body);
        return;
      case 'callBlock':
        reads(node.call);
        takes(node.caller.parameters);
        visitAll(node.caller.body);
        return;
      case 'filterBlock':
        visitAll(node.body);
        reads(node.filter);
        return;
      case 'with':
        for (const [target] of node.bindings) gives(target);
        reads(...node.bindings.map(([, value]) => value));
        visitAll(node.body);
        return;
      case 'scope':
        if (node.block) return;
        reads(node.autoescape);
        visitAll(node.body);
        return;
      case 'generation':
        visitAll(node.body);
    }
  }
}
