/** Jinja's filters on texts; most take any value as its text. */
import { bind, integerArgument, stringArgument, textArgument, truthArgument } from './arguments.js';
import { WORDS } from './character-kind.js';
import type { Evaluator, Filter } from './evaluator.js';
import { formatPercent } from './format-percent.js';
import { lengthOf, offsetAt } from './iterate.js';
import { capitalize, lengthOfLook, titleOfFilter } from './letter-case.js';
import { methods } from './methods.js';
import { addTexts } from './operations.js';
import { PythonError } from './python-error.js';
import { replaceText } from './replace.js';
import { stripText } from './slicing.js';
import { splitLines } from './split.js';
import { changed, concatAll, isMarkup, slice, stringOf, type Text, withoutMarkup } from './text.js';
import { toText } from './to-text.js';
import { Dict, isText, Sequence, typeName, Undefined, type Value } from './values.js';

/** The value as text, cost what it may. */
export function softText(value: Value, { budget }: Evaluator): string | Text {
  const text = toText(value, budget);
  budget.characters(stringOf(text).length);
  return text;
}

/** @throws {PythonError} as Python does where a method of texts is looked up on another value */
export function textOrFail(name: string, value: Value): string | Text {
  if (value instanceof Undefined) return value.fail();
  return textArgument(name, value);
}

type TextFilter = (...given: Parameters<Filter>) => string | Text;

const change =
  (name: string, make: (text: string) => string): TextFilter =>
  (value, given, interpreter) => {
    bind(name, given, []);
    const text = softText(value, interpreter);
    interpreter.budget.characters(4 * stringOf(text).length);
    return changed(text, make(stringOf(text)));
  };

/** As `change`, where each character is looked at by itself. */
const changeEach =
  (name: string, make: (text: string) => string): TextFilter =>
  (value, given, interpreter) => {
    const text = softText(value, interpreter);
    interpreter.budget.characters(lengthOfLook(stringOf(text)));
    return change(name, make)(text, given, interpreter);
  };

/** How long a value is: Python's `len`. */
export function lengthOfValue(value: Value, { budget }: Evaluator): number {
  if (isText(value)) return lengthOf(stringOf(value), budget);
  if (value instanceof Sequence && value.kind !== 'iterator') return value.items.length;
  if (value instanceof Dict) return value.entries.size;
  if (value instanceof Undefined) return 0;
  throw new PythonError('TypeError', `object of type '${typeName(value)}' has no len()`);
}

export const textFilters: Readonly<Record<string, Filter>> = {
  upper: change('upper', (text) => text.toUpperCase()),
  lower: change('lower', (text) => text.toLowerCase()),
  capitalize: changeEach('capitalize', capitalize),
  // What it puts together is plain text again.
  title: (value, given, interpreter) =>
    withoutMarkup(changeEach('title', titleOfFilter)(value, given, interpreter)),
  string(value, given, interpreter) {
    bind('string', given, []);
    return softText(value, interpreter);
  },
  trim(value, given, interpreter) {
    const [characters = null] = bind('trim', given, ['chars']);
    const set = characters === null ? undefined : stringArgument('trim', characters);
    return stripText(toText(value, interpreter.budget), 'both', set, interpreter.budget);
  },
  replace(value, given, interpreter) {
    const [old, put, most = null] = bind('replace', given, ['old', 'new', 'count'], 2);
    return replaceText(
      withoutMarkup(softText(value, interpreter)),
      stringOf(softText(old!, interpreter)),
      withoutMarkup(softText(put!, interpreter)),
      most === null ? -1 : integerArgument('replace', most),
      interpreter.budget,
    );
  },
  indent(value, given, { budget }) {
    const [width = 4, first, blank] = bind('indent', given, ['width', 'first', 'blank']);
    const space = isText(width) ? width : ' '.repeat(indentation(integerArgument('indent', width)));
    const text = addTexts([textOrFail('indent', value), '\n'], budget);
    const lines = splitLines(text, false, budget);
    budget.text(stringOf(text).length + lines.length * stringOf(space).length);
    budget.characters(lines.length * stringOf(space).length);
    const parts = lines.flatMap((line, index): (string | Text)[] => {
      const isIndented = index === 0 ? truthArgument(first) : truthArgument(blank) || stringOf(line) !== '';
      return [...(index > 0 ? ['\n'] : []), ...(isIndented ? [space] : []), line];
    });
    return concatAll(parts, isMarkup(text));
  },
  center(value, given, interpreter) {
    const [width = 80] = bind('center', given, ['width']);
    const center = methods.find('', 'center')!;
    return center(
      softText(value, interpreter),
      { positional: [width], named: new Map() },
      interpreter.budget,
    );
  },
  format(value, given, interpreter) {
    if (given.positional.length > 0 && given.named.size > 0) {
      throw new PythonError(
        'FilterArgumentError',
        "can't handle positional and keyword arguments at the same time",
      );
    }
    const values =
      given.named.size > 0
        ? new Dict(new Map(Array.from(given.named, ([name, named]) => [name, [name, named]])))
        : new Sequence(given.positional, 'tuple');
    return formatPercent(softText(value, interpreter), values, interpreter.budget);
  },
  truncate(value, given, interpreter) {
    const [most = 255, kill, end = '...', lee = null] = bind('truncate', given, [
      'length',
      'killwords',
      'end',
      'leeway',
    ]);
    const { budget } = interpreter;
    const length = integerArgument('truncate', most);
    const leeway = lee === null ? 5 : integerArgument('truncate', lee);
    const endLength = lengthOfValue(end, interpreter);
    if (length < endLength)
      throw new PythonError('AssertionError', `expected length >= ${endLength}, got ${length}`);
    if (leeway < 0) throw new PythonError('AssertionError', `expected leeway >= 0, got ${leeway}`);
    // A list that is short enough stays a list.
    if (lengthOfValue(value, interpreter) <= length + leeway) return value;
    const text = textOrFail('truncate', value);
    const cut = slice(text, 0, offsetAt(stringOf(text), length - endLength));
    const space = truthArgument(kill) ? -1 : stringOf(cut).lastIndexOf(' ');
    return addTexts([space < 0 ? cut : slice(cut, 0, space), textArgument('truncate', end)], budget);
  },
  wordcount(value, given, interpreter) {
    bind('wordcount', given, []);
    const text = stringOf(softText(value, interpreter));
    interpreter.budget.items(text.length / 2);
    return text.match(WORDS)?.length ?? 0;
  },
};

/** No more than a text may have, which is refused where it is used. */
const indentation = (width: number): number => Math.max(0, Math.min(2 ** 24, width));
