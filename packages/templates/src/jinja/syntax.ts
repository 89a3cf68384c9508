/** The syntax tree of a template. */

export type Expression =
  | { readonly kind: 'constant'; readonly value: null | boolean | string | number | bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'attribute'; readonly object: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly object: Expression; readonly key: Expression }
  | {
      readonly kind: 'slice';
      readonly object: Expression;
      readonly bounds: readonly [Expression | undefined, Expression | undefined, Expression | undefined];
    }
  | { readonly kind: 'call'; readonly callee: Expression; readonly given: GivenArguments }
  /** `value` is absent in a filter block and in `{% set x | filter %}`. */
  | {
      readonly kind: 'filter';
      readonly value: Expression | undefined;
      readonly name: string;
      readonly given: GivenArguments;
    }
  | {
      readonly kind: 'test';
      readonly value: Expression;
      readonly name: string;
      readonly given: GivenArguments;
    }
  | { readonly kind: 'not' | 'negative' | 'positive'; readonly value: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'operation';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'compare';
      readonly first: Expression;
      readonly rest: readonly (readonly [Comparison, Expression])[];
    }
  | { readonly kind: 'concat'; readonly items: readonly Expression[] }
  | {
      readonly kind: 'condition';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression | undefined;
    };

export type Operator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export interface GivenArguments {
  readonly positional: readonly Expression[];
  readonly named: readonly (readonly [string, Expression])[];
  /** `*args` and `**kwargs`. */
  readonly rest: Expression | undefined;
  readonly namedRest: Expression | undefined;
}

/** What is assigned to: a name, a field of a namespace, or several that take a value apart. */
export type Target =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'field'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'targets'; readonly targets: readonly Target[] };

export interface Parameter {
  readonly name: string;
  readonly fallback: Expression | undefined;
}

/** A macro, or the body of a call block. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  readonly readsCaller: boolean;
  readonly readsVarargs: boolean;
  readonly readsKwargs: boolean;
}

/** What a `{% block %}` says beside its body. */
export interface Block {
  readonly name: string;
  /** Whether it sees the variables of what stands around it, and not those of the template alone. */
  readonly isScoped: boolean;
  /** Whether another template has to fill it. */
  readonly isRequired: boolean;
}

/** Each with the UTF-16 offset of its tag in the source. */
export type Statement = { readonly offset: number } & (
  | { readonly kind: 'data'; readonly text: string }
  | { readonly kind: 'output'; readonly value: Expression }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'for';
      readonly target: Target;
      readonly items: Expression;
      readonly test: Expression | undefined;
      readonly isRecursive: boolean;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
      readonly readsLoop: boolean;
    }
  | { readonly kind: 'set'; readonly target: Target; readonly value: Expression }
  | {
      readonly kind: 'setBlock';
      readonly target: Target;
      readonly filter: Expression | undefined;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'macro'; readonly macro: Signature }
  | { readonly kind: 'callBlock'; readonly call: Expression; readonly caller: Signature }
  | { readonly kind: 'filterBlock'; readonly filter: Expression; readonly body: readonly Statement[] }
  | {
      readonly kind: 'with';
      readonly bindings: readonly (readonly [Target, Expression])[];
      readonly body: readonly Statement[];
    }
  /** `{% block %}` or `{% autoescape %}`: it has a scope of its own. */
  | {
      readonly kind: 'scope';
      readonly block: Block | undefined;
      readonly autoescape: Expression | undefined;
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: 'generation';
      /** The first comment in the block. */
      readonly says: string | undefined;
      /** What it reads of `caller`, `varargs` and `kwargs`, which are its own, as it is a call block in transformers. */
      readonly hides: readonly string[];
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'break' | 'continue' }
);
