import { ConfigError } from '../model-error.js';

/** A parsed `config.json`. */
export type ConfigJson = Readonly<Record<string, unknown>>;

/**
 * Typed reading of a `config.json` (or an object inside one, whose name is `prefix`). A field that is null counts as absent, as in
 * Hugging Face. Without a fallback the field is required.
 * @throws {ConfigError} naming the field, what was expected and what is there
 */
export class ConfigFields {
  private readonly json: ConfigJson;
  private readonly prefix: string;

  constructor(json: ConfigJson, prefix = '') {
    this.json = json;
    this.prefix = prefix;
  }

  get(field: string): unknown {
    return this.json[field] ?? undefined;
  }

  positiveInteger(field: string, fallback?: number): number {
    return this.read(
      field,
      'a positive integer',
      fallback,
      (value) => Number.isInteger(value) && (value as number) > 0,
    );
  }

  positiveNumber(field: string, fallback?: number): number {
    return this.read(
      field,
      'a positive number',
      fallback,
      (value) => Number.isFinite(value) && (value as number) > 0,
    );
  }

  boolean(field: string, fallback?: boolean): boolean {
    return this.read(field, 'true or false', fallback, (value) => typeof value === 'boolean');
  }

  text(field: string, fallback?: string): string {
    return this.read(field, 'text', fallback, (value) => typeof value === 'string');
  }

  /** The fields of an object inside; undefined where it is absent. */
  object(field: string): ConfigFields | undefined {
    const value = this.get(field);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw this.error(field, `expected an object, got ${JSON.stringify(value)}`);
    }
    return new ConfigFields(value as ConfigJson, `${this.prefix}${field}.`);
  }

  /** Refuses everything but `supported`; a field that is absent is one of them. */
  expectOneOf(field: string, supported: readonly unknown[], reason: string): void {
    const value = this.get(field);
    if (value !== undefined && !supported.includes(value)) {
      const expected = supported.map((option) => JSON.stringify(option)).join(' or ');
      throw this.error(field, `expected ${expected}, got ${JSON.stringify(value)}; ${reason}`);
    }
  }

  error(field: string, message: string): ConfigError {
    return new ConfigError(`${this.prefix}${field}`, message);
  }

  private read<T>(
    field: string,
    expected: string,
    fallback: T | undefined,
    accepts: (value: unknown) => boolean,
  ): T {
    const value = this.get(field) ?? fallback;
    if (value === undefined) {
      throw this.error(
        field,
        `expected ${expected}, but the field is missing; is this the config of a ${this.describeType()} model?`,
      );
    }
    if (!accepts(value)) {
      throw this.error(field, `expected ${expected}, got ${JSON.stringify(value)}`);
    }
    return value as T;
  }

  private describeType(): string {
    return typeof this.json.model_type === 'string' ? `complete "${this.json.model_type}"` : 'decoder';
  }
}
