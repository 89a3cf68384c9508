/** Base of every error this package raises; the message says what was expected, found, where, and what to do. */
export class ModelError extends Error {
  override readonly name: string = 'ModelError';
}

/** A `config.json` that is broken, or that asks for something this package does not compute. */
export class ConfigError extends ModelError {
  override readonly name = 'ConfigError';
  /** Field of `config.json` that the error is about. */
  readonly field: string;

  constructor(field: string, message: string) {
    super(`config.json: ${field}: ${message}`);
    this.field = field;
  }
}

/** Weight files that are missing, truncated, damaged, or that do not fit the config. */
export class WeightsError extends ModelError {
  override readonly name = 'WeightsError';
  /** Names of the tensors that the error is about; empty where the file as a whole is at fault. */
  readonly tensors: readonly string[];

  constructor(
    message: string,
    { tensors = [], cause }: { tensors?: readonly string[]; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.tensors = tensors;
  }
}
