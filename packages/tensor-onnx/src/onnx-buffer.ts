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

  /** @param memory of the type's size; its own unless others are given */
  constructor(
    { dtype, shape }: TensorType,
    memory: Float32Array | Int32Array = emptyMemory({ dtype, shape }),
  ) {
    this.dtype = dtype;
    this.shape = [...shape];
    this.#data = memory;
  }

  /** A buffer with these contents; zeros where none are given. */
  static of(type: TensorType, data?: NumericArray, { adopt = false }: BufferOptions = {}): OnnxBuffer {
    if (adopt && data?.length === sizeOf(type.shape) && isOf(type.dtype, data)) {
      return new OnnxBuffer(type, data);
    }
    const buffer = new OnnxBuffer(type);
    if (data !== undefined) {
      buffer.#fill(data);
    }
    return buffer;
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

export function emptyMemory({ dtype, shape }: TensorType): Float32Array | Int32Array {
  return dtype === 'f32' ? new Float32Array(sizeOf(shape)) : new Int32Array(sizeOf(shape));
}

/** Whether an array is what this element type is kept in, with memory of its own: in shared memory no update is in place. */
function isOf(dtype: DType, data: NumericArray): data is Float32Array | Int32Array {
  const isKept = dtype === 'f32' ? data instanceof Float32Array : data instanceof Int32Array;
  return isKept && data.byteLength === data.buffer.byteLength;
}
