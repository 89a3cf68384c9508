export const stripMethods = ['strip', 'lstrip', 'rstrip'] as const;

export type StripMethod = (typeof stripMethods)[number];

/** Python's `str.strip(characters)` and its one-sided forms; @huggingface/jinja ignores the characters. */
export function pythonStrip(text: string, method: StripMethod, characters: string): string {
  const set = new Set(characters);
  const points = [...text];
  let start = 0;
  let end = points.length;
  if (method !== 'rstrip') while (start < end && set.has(points[start]!)) start += 1;
  if (method !== 'lstrip') while (end > start && set.has(points[end - 1]!)) end -= 1;
  return points.slice(start, end).join('');
}
