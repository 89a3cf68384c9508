/**
 * A map that keeps the texts used last: at least the last `limit` different ones, at most twice as many. Texts that come
 * again and again stay in it, however many others come once.
 */
export class RecentMap<Value> {
  private recent = new Map<string, Value>();
  private older = new Map<string, Value>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get(key: string): Value | undefined {
    const value = this.recent.get(key);
    if (value !== undefined) return value;
    const older = this.older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, value: Value): void {
    if (this.recent.size >= this.limit) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(ownText(key), value);
  }
}

/** The same text in memory of its own: in V8, a slice of a text keeps the whole text alive. */
function ownText(text: string): string {
  return ` ${text}`.slice(1);
}
