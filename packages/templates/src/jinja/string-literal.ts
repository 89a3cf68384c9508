import { TemplateFault } from './template-fault.js';

const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * The text of a string literal, as Python's `unicode-escape` decodes it.
 * @param inner what stands between the quotes
 * @param offset of the literal, for errors
 */
export function decodeStringLiteral(inner: string, offset: number): string {
  if (!inner.includes('\\')) return inner;
  return inner.replace(
    /\\(?:([0-7]{1,3})|N\{[^}]*\}|([xuU])([0-9a-fA-F]*)|(.))/gsu,
    (sequence: string, octal?: string, kind?: string, hex?: string, other?: string) => {
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      if (other === 'N') throw new TemplateFault('expected \\u and four digits, got \\N', offset);
      if (other !== undefined) return SIMPLE[other] ?? unknownEscape(other);
      if (kind === undefined)
        throw TemplateFault.unsupported(
          `${sequence}: expected \\u and four digits, got a character's name`,
          offset,
        );
      const digits = DIGITS[kind]!;
      const code = Number.parseInt(hex!.slice(0, digits), 16);
      if (hex!.length < digits || !(code <= 0x10ffff)) {
        throw new TemplateFault(
          `expected \\${kind} and ${digits} hexadecimal digits, got ${sequence}`,
          offset,
        );
      }
      return String.fromCodePoint(code) + hex!.slice(digits);
    },
  );
}

/** Python keeps the backslash. Jinja has spelt characters beyond ASCII as escapes before; their backslash pairs with it. */
function unknownEscape(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x80) return `\\${character}`;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
