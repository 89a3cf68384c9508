/** A JSON value with every string in it, keys included, replaced by what `change` makes of it. */
export function mapStrings<T>(value: T, change: (text: string) => string): T {
  return mapped(value, change) as T;
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => mapped(entry, change));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [change(key), mapped(entry, change)]),
  );
}
