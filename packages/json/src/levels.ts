/** Deeper than anything that a person writes; what reads the values may go down by recursion. */
export const MAX_LEVELS = 1000;

/** Whether a value has lists and objects inside each other that many times, or is inside itself. */
export function isDeeper(value: unknown, levels: number = MAX_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const inner = value instanceof Map ? value.values() : Array.isArray(value) ? value : Object.values(value);
  for (const item of inner) if (isDeeper(item, levels - 1)) return true;
  return false;
}
