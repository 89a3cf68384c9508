/**
 * The error function in float64, for references: erf(x) = 2/sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!.
 * All terms have one sign, so nothing cancels.
 * @see Abramowitz and Stegun, 7.1.6
 */
export function erf(x: number): number {
  // Past 6 the result differs from 1 by less than float64 can say.
  if (Math.abs(x) > 6) {
    return Math.sign(x);
  }
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
