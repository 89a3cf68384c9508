/** Whether any string in a JSON value, keys included, is of a kind. */
export function someString(value: unknown, isWanted: (text: string) => boolean): boolean {
  if (typeof value === 'string') return isWanted(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((entry) => someString(entry, isWanted));
  return Object.entries(value).some(([key, entry]) => isWanted(key) || someString(entry, isWanted));
}
