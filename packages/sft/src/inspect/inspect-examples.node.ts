/** The examples of a file, one by one, and what makes tokens of them, for every way of showing them. */
import type { Columns, Example, Form, UnknownKey } from '@sftkit/data';
import type { MaskPolicy } from '@sftkit/masking';
import { countCharacters } from '../examples/count-characters.js';
import { type ExplainedExample, explainExample, type PrepareOptions } from '../examples/prepare-example.js';
import { readDataFile } from '../examples/read-data.node.js';
import { RefusedExample } from '../examples/refusal.js';
import { SftError } from '../sft-error.js';
import { ConversationKinds } from '../verify/conversation-kinds.js';
import type { Finding } from '../verify/finding.js';
import { endOfTextFindings, relevantFindings, templateFindings } from '../verify/verify-base.js';
import type { Inspection } from './open-inspection.node.js';

export interface InspectedData {
  readonly data: string;
  readonly form?: Form;
  readonly columns?: Columns;
  readonly template: string;
  readonly mask: MaskPolicy;
  /** Whether prompts that go on are made equal to what is trained on, as the recipe's `matchPrompt` does. */
  readonly matchPrompt?: boolean;
  /** T, where the user asks about one. */
  readonly length?: number;
  /** Read no more than so many. */
  readonly limit?: number;
  /** Show this one alone, counted from 0. */
  readonly example?: number;
  /** Told each key that nothing reads. */
  readonly onUnknownKey?: (key: UnknownKey) => void;
  /** At most; as many as the machine runs at once when absent. */
  readonly threads?: number;
}

export interface InspectedExample {
  readonly example: Example;
  /** How it becomes tokens; without a template as long as there was only plain text. */
  readonly prepare: PrepareOptions;
  /** About the template, those that this example meets. */
  readonly findings: readonly Finding[];
}

/** @throws {SftError} at a row that is wrong, and at the end if `example` was not among them */
export async function* inspectExamples(
  options: InspectedData,
  { tokenizer, useTemplate, stopTokens, endOfText }: Inspection,
): AsyncGenerator<InspectedExample> {
  let prepare: PrepareOptions = { tokenizer, template: undefined, mask: options.mask, stopTokens, endOfText };
  let findings: readonly Finding[] = [];
  const ofText = endOfTextFindings(endOfText);
  for await (const example of readInspected(options)) {
    // Plain text needs no template, and a base may have none.
    if (example.kind === 'conversation' && prepare.template === undefined) {
      const { template } = useTemplate(options.template, {
        matchPrompt: options.matchPrompt === true,
        examples: [example.conversation],
      });
      prepare = { ...prepare, template };
      findings = templateFindings(template, tokenizer);
    }
    const found =
      example.kind === 'text'
        ? ofText
        : relevantFindings(findings, ConversationKinds.of([example]), prepare.template);
    yield { example, prepare, findings: found };
  }
}

/** Characters of a group, at most: work for eight threads, in less memory than most models take. */
const GROUP_CHARACTERS = 2 ** 26;

/** All of them in order: each that is shown by itself, the others in groups that several threads can share. */
export async function* groupUnshown(
  inspected: AsyncIterable<InspectedExample>,
  options: InspectedData,
): AsyncGenerator<readonly InspectedExample[]> {
  let group: InspectedExample[] = [];
  let characters = 0;
  for await (const one of inspected) {
    const shown = isShown(options, one.example.index);
    if (group.length > 0 && (shown || characters >= GROUP_CHARACTERS)) {
      yield group;
      [group, characters] = [[], 0];
    }
    if (shown) {
      yield [one];
    } else {
      group.push(one);
      characters += countCharacters(one.example);
    }
  }
  if (group.length > 0) yield group;
}

/** The examples themselves. @throws {SftError} as `inspectExamples` */
export async function* readInspected({
  data,
  form,
  columns,
  limit,
  example,
  onUnknownKey,
}: InspectedData): AsyncGenerator<Example> {
  let count = 0;
  for await (const read of readDataFile(data, {
    form,
    limit,
    onUnknownKey,
    ...(columns === undefined ? {} : { columns }),
  })) {
    count += 1;
    yield read;
  }
  if (example !== undefined && example >= count) {
    throw new SftError(`--example: expected at most ${count - 1}, since ${count} were read, got ${example}`);
  }
}

/** @throws {SftError} if the example is wrong; a refusal is returned */
export function explain(example: Example, options: PrepareOptions): ExplainedExample | RefusedExample {
  try {
    return explainExample(example, options);
  } catch (error) {
    if (error instanceof RefusedExample) return error;
    throw error;
  }
}

/** Examples shown on a terminal where nobody says which: enough to see how they look, the summary in sight. */
export const SHOWN = 3;

export function isShown({ example, limit }: InspectedData, index: number): boolean {
  return example === undefined ? limit !== undefined || index < SHOWN : example === index;
}
