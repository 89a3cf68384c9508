import type { Node, ParsedTemplate, Statement } from './parse-template.js';

/**
 * The `break` or `continue` of a loop that may come after the same iteration has written something:
 * @huggingface/jinja forgets that text, jinja2 keeps it.
 * @returns the offset of the tag, or undefined where all is well
 */
export function findLostOutput(template: ParsedTemplate): number | undefined {
  return inBlock(template.program.body, template.positions, false, false).lost;
}

interface Finding {
  /** Whether the iteration may have written something by the end of the block. */
  readonly writes: boolean;
  readonly lost: number | undefined;
}

function inBlock(
  statements: readonly Statement[],
  positions: ParsedTemplate['positions'],
  isLoop: boolean,
  written: boolean,
): Finding {
  let writes = written;
  for (const node of statements as readonly Node[]) {
    if (node.type === 'Break' || node.type === 'Continue') {
      return { writes, lost: isLoop && writes ? positions.get(node) : undefined };
    }
    // A loop's own body starts afresh; the blocks of anything else go on where they stand.
    const inner =
      node.type === 'For' || node.type === 'Macro'
        ? { loop: node.type === 'For', from: false }
        : { loop: isLoop, from: writes };
    const findings = [node.body, node.alternate, node.defaultBlock]
      .filter((block) => block !== undefined)
      .map((block) => inBlock(block, positions, inner.loop, inner.from));
    const lost = findings.find((finding) => finding.lost !== undefined)?.lost;
    if (lost !== undefined) return { writes, lost };
    if (node.type === 'Set' || node.type === 'Macro' || isRaise(node)) continue;
    if (findings.length === 0) writes ||= !isMark(node) && node.value !== '';
    else writes ||= findings.some((finding) => finding.writes);
  }
  return { writes, lost: undefined };
}

const isMark = ({ type }: Node): boolean => type.startsWith('Iteration');

const isRaise = ({ type, callee }: Node): boolean =>
  type === 'CallExpression' && callee?.value === 'raise_exception';
