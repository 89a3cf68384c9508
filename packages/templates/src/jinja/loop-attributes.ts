/** What a template may ask its `loop`. */
import type { Budget } from './budget.js';
import { areEqual } from './operations.js';
import { PythonError } from './python-error.js';
import { type Arguments, Callable, type Loop, otherwise, Undefined, type Value } from './values.js';

/** Undefined where a loop has no such attribute. */
export function loopAttribute(loop: Loop, name: string, budget: Budget): Value | undefined {
  const { items, index, depth } = loop;
  switch (name) {
    case 'index':
      return index + 1;
    case 'index0':
      return index;
    case 'revindex':
      return items.length - index;
    case 'revindex0':
      return items.length - index - 1;
    case 'first':
      return index === 0;
    case 'last':
      return index === items.length - 1;
    case 'length':
      return items.length;
    case 'depth':
      return depth;
    case 'depth0':
      return depth - 1;
    case 'previtem':
      return otherwise(items[index - 1], () => new Undefined('there is no previous item'));
    case 'nextitem':
      return otherwise(items[index + 1], () => new Undefined('there is no next item'));
    case 'cycle':
      return new Callable('cycle', (given) => {
        const values = positionalOnly('cycle', given);
        if (values.length === 0) throw new PythonError('TypeError', 'no items for cycling given');
        return values[loop.index % values.length]!;
      });
    case 'changed':
      return new Callable('changed', (given) => {
        const values = positionalOnly('changed', given);
        const last = loop.last;
        const isSame =
          last?.length === values.length && values.every((value, at) => areEqual(last[at]!, value, budget));
        if (!isSame) loop.last = values;
        return !isSame;
      });
    default:
      return undefined;
  }
}

function positionalOnly(name: string, { positional, named }: Arguments): readonly Value[] {
  if (named.size > 0)
    throw new PythonError(
      'TypeError',
      `${name}() got an unexpected keyword argument '${[...named.keys()][0]}'`,
    );
  return positional;
}
