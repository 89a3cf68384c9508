import type { Buffer } from '../backend.js';
import { checkLength } from '../check-arguments.js';
import { formatShape, sizeOf } from '../shape.js';
import { BackendError } from '../tensor-error.js';
import type { DType, NumericArray, Shape, TensorType } from '../types.js';
import type { Memory } from './memory.js';
import { Stored } from './stored.js';

/** Holds one stored value after another. i32 is kept as float32, exact up to 2^24. */
export class GpuBuffer implements Buffer {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly #memory: Memory;
  #stored: Stored | undefined;

  constructor(memory: Memory, { dtype, shape }: TensorType, stored: Stored) {
    this.dtype = dtype;
    this.shape = [...shape];
    this.#memory = memory;
    this.#stored = stored;
  }

  belongsTo(memory: Memory): boolean {
    return this.#memory === memory;
  }

  /** @throws {BackendError} if the buffer is disposed */
  get stored(): Stored {
    if (this.#stored === undefined) {
      throw new BackendError(
        `${this.#memory.name}: this buffer ${formatShape(this.shape)} was disposed; make another`,
      );
    }
    return this.#stored;
  }

  /** Replaces the contents; the buffer becomes the value's holder. */
  swap(stored: Stored): void {
    this.stored.drop();
    this.#stored = stored;
  }

  async read(): Promise<Float32Array | Int32Array> {
    const values = await this.#memory.read(this.stored.handle, sizeOf(this.shape));
    return this.dtype === 'i32' ? Int32Array.from(values) : values;
  }

  async write(data: NumericArray): Promise<void> {
    this.swap(await store(this.#memory, this, data));
  }

  dispose(): void {
    this.#stored?.drop();
    this.#stored = undefined;
  }
}

/**
 * Uploads host data.
 * @throws {BackendError} if the number of elements is not the type's
 */
export async function store(memory: Memory, type: TensorType, data: NumericArray): Promise<Stored> {
  checkLength(() => `${memory.name}: expected data for ${formatShape(type.shape)}`, type, data);
  return new Stored(
    memory,
    await memory.upload(data instanceof Float32Array ? data : Float32Array.from(data)),
  );
}
