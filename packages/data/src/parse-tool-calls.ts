/**
 * Calls of tools, the same from every form: the arguments as an object, which is what chat templates print. OpenAI's
 * API and the tables made from it hold them as the text of one.
 */
import { jsonObject } from '@sftkit/json';
import { type Fields, fieldsOf, isAbsent, isEmpty, pathOf, problemOf, wrong } from './fields.js';
import { jsonOrText, nameOfParsed } from './json-text.js';

/** Real data has arguments that were turned into text twice. */
const MAX_ENCODINGS = 2;

/**
 * `tool_calls` of a message, or its legacy `function_call` as one; undefined where it calls nothing.
 * @throws {DataError} naming the field that is wrong
 */
export function parseToolCalls(message: Fields): readonly unknown[] | undefined {
  const { tool_calls: calls, function_call: legacy } = message.values;
  if (!isEmpty(calls)) {
    if (!Array.isArray(calls)) throw wrong(message, 'tool_calls', 'a list', 'write a list of objects');
    if (!isEmpty(legacy)) {
      throw problemOf(
        message,
        'function_call',
        'expected tool_calls or function_call, found both; keep tool_calls',
      );
    }
    const path = pathOf(message, 'tool_calls');
    return calls.map((call, i) => parseCall(fieldsOf(call, message.source, `${path}[${i}]`), call));
  }
  if (isEmpty(legacy)) return undefined;
  const call = fieldsOf(legacy, message.source, pathOf(message, 'function_call'));
  return [{ type: 'function', function: withParsedArguments(call, legacy as object) }];
}

/**
 * One call, or a list of calls, as the JSON text in a field: {"name": …, "arguments": {…}}. Bare calls are wrapped into
 * the OpenAI form.
 * @throws {DataError} naming the field that is wrong
 */
export function parseCallsText(fields: Fields, key: string): readonly unknown[] {
  const remedy = 'write {"name": …, "arguments": …}';
  const given = jsonOrText(fields, key, { expected: 'a function call as JSON text', remedy });
  if (Array.isArray(given) && given.length === 0) {
    throw problemOf(fields, key, `expected at least one function call, found none; ${remedy}`);
  }
  const path = pathOf(fields, key);
  const calls = Array.isArray(given)
    ? given.map((call, i) => ({ call, at: `${path}[${i}]` }))
    : [{ call: given, at: path }];
  return calls.map(({ call, at }) => {
    const read = fieldsOf(call, fields.source, at);
    const parsed = parseCall(read, call);
    return isAbsent(read.values.function) ? { type: 'function', function: parsed } : parsed;
  });
}

/** A call in the OpenAI form, or a bare {name, arguments}; all else of it stays as it is. */
function parseCall(call: Fields, given: object): object {
  const { function: inner } = call.values;
  if (isAbsent(inner)) return withParsedArguments(call, given);
  const fields = fieldsOf(inner, call.source, pathOf(call, 'function'));
  return withField(given, 'function', withParsedArguments(fields, inner as object));
}

function withParsedArguments(called: Fields, given: object): object {
  const { name, arguments: values, parameters } = called.values;
  if (typeof name !== 'string' || name === '') {
    throw wrong(called, 'name', 'the name of a function', 'write {"name": …, "arguments": …}');
  }
  // Llama's form, which its templates read.
  if (isAbsent(values) && !isAbsent(parameters)) return given;
  return withField(given, 'arguments', parseArguments(called));
}

function parseArguments(called: Fields): unknown {
  const expected = 'a JSON object or the text of one';
  const remedy = 'write an object, as in {"city": "Paris"}';
  let value = called.values.arguments;
  if (isAbsent(value)) return {};
  for (let i = 0; typeof value === 'string' && i < MAX_ENCODINGS; i++) {
    if (value.trim() === '') return {};
    value = jsonOrText({ ...called, values: { arguments: value } }, 'arguments', { expected, remedy });
  }
  if (jsonObject(value) !== undefined) return value;
  const found = nameOfParsed(called, 'arguments', value);
  throw problemOf(called, 'arguments', `expected ${expected}, found ${found}; ${remedy}`);
}

/** A copy with one field set, at its place among the keys. */
function withField(object: object, key: string, value: unknown): object {
  return object instanceof Map ? new Map(object).set(key, value) : { ...object, [key]: value };
}
