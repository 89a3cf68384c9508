/** Names of Python's exceptions that a template may meet. */
export type PythonErrorType =
  | 'TypeError'
  | 'ValueError'
  | 'KeyError'
  | 'IndexError'
  | 'AttributeError'
  | 'AssertionError'
  | 'ZeroDivisionError'
  | 'OverflowError'
  | 'RecursionError'
  | 'RuntimeError'
  | 'UndefinedError'
  | 'SecurityError'
  | 'TemplateRuntimeError'
  | 'FilterArgumentError';

/** What Python would raise, where jinja2 raises. */
export class PythonError extends Error {
  readonly type: PythonErrorType;

  constructor(type: PythonErrorType, message: string) {
    super(message);
    this.type = type;
    this.name = type;
  }
}

/**
 * What jinja2 can do and this engine refuses by name, rather than doing it otherwise: in a running template, or as the
 * cause of a fault in its source.
 */
export class UnsupportedError extends Error {}

/** The template is bounded: it has done more work, or holds more, than its input can need. */
export class LimitError extends Error {}
