/**
 * A map of texts that holds those used last: at least the last `limit` of them, and at most twice as many. A few texts that
 * come again and again stay; the many that come once do not push them out.
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

/** The same text with memory of its own: engines let a part of a text share the memory of the whole, and keep that. */
function ownText(text: string): string {
  return ` ${text}`.slice(1);
}
