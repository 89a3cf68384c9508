/** Where a command writes, and what that place can show. */
export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Progress, remarks and errors. */
  err(text: string): void;
  /** Whether `out` is a terminal that people look at. */
  readonly isTTY: boolean;
  /** Characters in a line. */
  readonly columns: number;
  /** Colours of `out`. */
  readonly paint: Paint;
}

export type Colour = 'bold' | 'dim' | 'underline' | 'red' | 'green' | 'yellow' | 'cyan' | 'inverse';

/** Text in a colour, or as it is where colours are off. */
export type Paint = (colour: Colour, text: string) => string;

const CODES: Readonly<Record<Colour, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  underline: [4, 24],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  inverse: [7, 27],
};

/** @param colours whether escape sequences are wanted */
export function painter(colours: boolean): Paint {
  return (colour, text) => (colours ? `\u001b[${CODES[colour][0]}m${text}\u001b[${CODES[colour][1]}m` : text);
}

/** The process's own terminal. Colours only where people look, and never with NO_COLOR (no-color.org). */
export function processTerminal(): Terminal {
  const isTTY = process.stdout.isTTY === true;
  const forced = process.env.FORCE_COLOR !== undefined && process.env.FORCE_COLOR !== '0';
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTTY,
    columns: process.stdout.columns ?? 100,
    paint: painter((isTTY || forced) && (process.env.NO_COLOR ?? '') === ''),
  };
}
