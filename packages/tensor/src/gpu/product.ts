/** A product of stacks of matrices, alpha * op(a) @ op(b): op(a) is (m, inner), op(b) is (inner, n). */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly inner: number;
  readonly stack: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly alpha: number;
}
