const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/**
 * Python's `strftime` in the C locale and local time, for the directives that templates use. Not the host's
 * language: the text is part of what a model learns.
 * @throws {Error} on a directive that is not known
 */
export function strftime(date: Date, format: string): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const month = months[date.getMonth()]!;
  const day = days[date.getDay()]!;
  const directives: Record<string, string> = {
    '%': '%',
    Y: String(date.getFullYear()),
    y: two(date.getFullYear() % 100),
    m: two(date.getMonth() + 1),
    d: two(date.getDate()),
    B: month,
    b: month.slice(0, 3),
    A: day,
    a: day.slice(0, 3),
    H: two(date.getHours()),
    I: two(date.getHours() % 12 || 12),
    M: two(date.getMinutes()),
    S: two(date.getSeconds()),
    p: date.getHours() < 12 ? 'AM' : 'PM',
    '-d': String(date.getDate()),
    '-m': String(date.getMonth() + 1),
  };
  return format.replace(/%(-?.)/gs, (directive, letter: string) => {
    const value = directives[letter];
    if (value === undefined) {
      const known = Object.keys(directives).map((key) => `%${key}`);
      throw new Error(`strftime_now: expected one of ${known.join(' ')}, got ${directive}`);
    }
    return value;
  });
}
