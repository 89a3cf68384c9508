import {
  BackendError,
  type Buffer,
  type BufferOptions,
  type DType,
  formatShape,
  type NumericArray,
  type ReadOptions,
  type Shape,
  sizeOf,
  type TensorType,
} from '@sftkit/tensor';

/** Memory of the host: ONNX Runtime on a CPU reads and writes it where it lies. */
export class OnnxBuffer implements Buffer {
  readonly dtype: DType;
  readonly shape: Shape;
  #data: Float32Array | Int32Array | undefined;

  constructor({ dtype, shape }: TensorType, data?: NumericArray, { adopt = false }: BufferOptions = {}) {
    this.dtype = dtype;
    this.shape = [...shape];
    const size = sizeOf(shape);
    if (adopt && data?.length === size && isOf(dtype, data)) {
      this.#data = data;
      return;
    }
    this.#data = dtype === 'f32' ? new Float32Array(size) : new Int32Array(size);
    if (data !== undefined) {
      this.#fill(data);
    }
  }

  /** The memory itself, not a copy. */
  get data(): Float32Array | Int32Array {
    if (this.#data === undefined) {
      throw new BackendError(
        `buffer: this ${this.dtype} ${formatShape(this.shape)} was disposed; make a new one`,
      );
    }
    return this.#data;
  }

  async read({ copy = true }: ReadOptions = {}): Promise<Float32Array | Int32Array> {
    return copy ? this.data.slice() : this.data;
  }

  async write(data: NumericArray): Promise<void> {
    this.#fill(data);
  }

  dispose(): void {
    this.#data = undefined;
  }

  #fill(data: NumericArray): void {
    if (data.length !== this.data.length) {
      throw new BackendError(
        `buffer: expected ${this.data.length} elements for ${this.dtype} ${formatShape(this.shape)}, got ${data.length}`,
      );
    }
    this.data.set(data);
  }
}

/** Whether an array is what this element type is kept in, with memory of its own: in shared memory no update is in place. */
function isOf(dtype: DType, data: NumericArray): data is Float32Array | Int32Array {
  const isKept = dtype === 'f32' ? data instanceof Float32Array : data instanceof Int32Array;
  return isKept && data.byteLength === data.buffer.byteLength;
}
