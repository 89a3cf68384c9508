/**
 * @huggingface/jinja does not export the classes of its values. They are taken from values that it makes, and
 * those that never change are made once.
 */
import { Environment, type Interpreter } from '@huggingface/jinja';

export type RuntimeValue = ReturnType<Interpreter['evaluate']>;
/** Arguments by position; those by name come last, as one value of their own type. */
type Callable = (given: readonly RuntimeValue[]) => RuntimeValue;
type Maker<T> = (value: T) => RuntimeValue;

/** What the library's values hold; methods are made when they are first asked for. */
const FIELDS = ['type', 'value', '_builtins'];

/**
 * A maker of values of the class that the library gives to `example`. What the constructors do is done here: theirs take
 * ten times as long, for class fields that each of their base classes writes anew. Should a version of the library keep
 * more in its values, its constructors are called after all.
 */
function makerOf<T>(example: unknown): Maker<T> {
  const made = new Environment().set('example', example);
  const prototype: object = Object.getPrototypeOf(made);
  const { type } = made;
  if (Object.keys(made).some((key) => !FIELDS.includes(key))) {
    const ValueClass = made.constructor as new (value: T) => RuntimeValue;
    return (value) => new ValueClass(value);
  }
  return (value) => {
    const one = Object.create(prototype) as { type: string; value: T };
    one.type = type;
    one.value = value;
    return one as unknown as RuntimeValue;
  };
}

export const text: Maker<string> = makerOf('');
const anyInteger: Maker<number> = makerOf(0);
/** Small numbers, made once: a loop counts with them. */
const small = Array.from({ length: 64 }, (_, value) => anyInteger(value));
export const integer = (value: number): RuntimeValue => small[value] ?? anyInteger(value);
const float: Maker<number> = makerOf(0.5);
export const list: Maker<readonly RuntimeValue[]> = makerOf([]);
export const object: Maker<ReadonlyMap<string, RuntimeValue>> = makerOf({});
export const callable: Maker<Callable> = makerOf(() => null);

export const nothing: RuntimeValue = new Environment().lookupVariable('nothing');
const [yes, no] = [true, false].map(makerOf<boolean>(false)) as [RuntimeValue, RuntimeValue];
export const boolean = (value: boolean): RuntimeValue => (value ? yes : no);

const none = new Environment().set('none', null);

/** What a template sees of a value: as the library converts it, with constants made once. */
export function runtimeValue(value: unknown): RuntimeValue {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'boolean':
      return boolean(value);
    case 'number':
      return Number.isInteger(value) ? integer(value) : float(value);
    case 'object':
      if (value === null) return none;
      if (Array.isArray(value)) return list(value.map(runtimeValue));
      return object(new Map(Object.entries(value).map(([key, inner]) => [key, runtimeValue(inner)])));
    default:
      return new Environment().set('value', value);
  }
}

/** Python's truth of a value: what is empty is false. */
export function isTrue({ type, value }: RuntimeValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0 || type === 'NamespaceValue';
  return Boolean(value);
}

/** The type in words, for errors. */
export function kindOf({ type }: RuntimeValue): string {
  const names: Record<string, string> = {
    NullValue: 'none',
    ArrayValue: 'a list',
    TupleValue: 'a tuple',
    ObjectValue: 'an object',
    UndefinedValue: 'nothing',
    BooleanValue: 'a boolean',
    IntegerValue: 'a number',
    FloatValue: 'a number',
    StringValue: 'text',
  };
  return names[type] ?? type;
}

/** Python's `==`: by value, deep, numbers and booleans as numbers, nothing else across types. */
export function areEqual(left: RuntimeValue, right: RuntimeValue): boolean {
  if (left === right) return true;
  const [first, second]: unknown[] = [left.value, right.value];
  if (Array.isArray(first) && Array.isArray(second)) {
    return (
      first.length === second.length &&
      first.every((item, index) => areEqual(item, second[index] as RuntimeValue))
    );
  }
  if (first instanceof Map && second instanceof Map) {
    if (first.size !== second.size) return false;
    for (const [key, value] of first as Map<string, RuntimeValue>) {
      const other = (second as Map<string, RuntimeValue>).get(key);
      if (other === undefined || !areEqual(value, other)) return false;
    }
    return true;
  }
  if (typeof first === 'boolean' || typeof second === 'boolean') {
    return typeof first !== 'string' && typeof second !== 'string' && isScalar(first) && isScalar(second)
      ? Number(first) === Number(second)
      : false;
  }
  // None and what is not there hold the same value.
  return first === second && (first != null || left.type === right.type);
}

const isScalar = (value: unknown): boolean => typeof value === 'number' || typeof value === 'boolean';
