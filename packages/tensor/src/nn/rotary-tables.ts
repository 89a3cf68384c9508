/**
 * Angles of the rotary embedding, computed once on the host in float64.
 * @see Su et al., 2021, section 3.2; the rope scalings as Hugging Face's configs name them
 */

/** Positions divided by a factor: Chen et al., 2023. */
export type LinearScaling = {
  readonly kind: 'linear';
  readonly factor: number;
};

/** Llama 3.1: slow frequencies divided by a factor, fast ones kept, those between interpolated. */
export type Llama3Scaling = {
  readonly kind: 'llama3';
  readonly factor: number;
  readonly lowFreqFactor: number;
  readonly highFreqFactor: number;
  /** Context that the model was first trained with, in tokens. */
  readonly originalMaxPositionEmbeddings: number;
};

export type RotaryScaling = LinearScaling | Llama3Scaling;

export interface RotaryTablesOptions {
  /** M, rows of the tables. */
  readonly maxPositions: number;
  /** D, even. */
  readonly headWidth: number;
  /** Base of the geometric row of wavelengths. */
  readonly theta: number;
  readonly scaling?: RotaryScaling;
}

/** @returns cos and sin, each (M, D/2) row-major */
export function rotaryTables({ maxPositions, headWidth, theta, scaling }: RotaryTablesOptions): {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
} {
  const half = headWidth / 2;
  const cos = new Float32Array(maxPositions * half);
  const sin = new Float32Array(maxPositions * half);
  for (let i = 0; i < half; i++) {
    const frequency = scaleFrequency(theta ** (-i / half), scaling);
    for (let position = 0; position < maxPositions; position++) {
      cos[position * half + i] = Math.cos(position * frequency);
      sin[position * half + i] = Math.sin(position * frequency);
    }
  }
  return { cos, sin };
}

/** Radians per position. */
function scaleFrequency(frequency: number, scaling: RotaryScaling | undefined): number {
  if (scaling === undefined) {
    return frequency;
  }
  if (scaling.kind === 'linear') {
    return frequency / scaling.factor;
  }
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings } = scaling;
  // Turns that the frequency makes within the first context: few are slow, many are fast.
  const turns = (originalMaxPositionEmbeddings * frequency) / (2 * Math.PI);
  const kept = Math.min(1, Math.max(0, (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor)));
  return frequency * (kept + (1 - kept) / factor);
}
