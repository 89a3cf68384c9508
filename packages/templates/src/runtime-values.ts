/**
 * @huggingface/jinja does not export the classes of its values. They are taken from values that it makes, and
 * those that never change are made once.
 */
import { Environment, type Interpreter } from '@huggingface/jinja';

export type RuntimeValue = ReturnType<Interpreter['evaluate']>;
/** Arguments by position; those by name come last, as one value of their own type. */
type Callable = (given: readonly RuntimeValue[]) => RuntimeValue;
type ValueClass<T> = new (value: T) => RuntimeValue;

const classOf = <T>(example: unknown): ValueClass<T> =>
  new Environment().set('example', example).constructor as ValueClass<T>;

const StringValue = classOf<string>('');
const IntegerValue = classOf<number>(0);
const FloatValue = classOf<number>(0.5);
const BooleanValue = classOf<boolean>(false);
const ArrayValue = classOf<readonly RuntimeValue[]>([]);
const FunctionValue = classOf<Callable>(() => null);
const ObjectValue = classOf<ReadonlyMap<string, RuntimeValue>>({});

export const text = (value: string): RuntimeValue => new StringValue(value);
/** Small numbers, made once: a loop counts with them. */
const small = Array.from({ length: 64 }, (_, value) => new IntegerValue(value));
export const integer = (value: number): RuntimeValue => small[value] ?? new IntegerValue(value);
export const list = (value: readonly RuntimeValue[]): RuntimeValue => new ArrayValue(value);
export const object = (value: ReadonlyMap<string, RuntimeValue>): RuntimeValue => new ObjectValue(value);

export const callable = (value: Callable): RuntimeValue => new FunctionValue(value);

export const nothing: RuntimeValue = new Environment().lookupVariable('nothing');
const [yes, no] = [new BooleanValue(true), new BooleanValue(false)];
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
      return Number.isInteger(value) ? integer(value) : new FloatValue(value);
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
