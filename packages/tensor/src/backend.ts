import type { NumericArray, Program, TensorType } from './types.js';

/**
 * Memory that stays where the backend keeps it: a parameter, a moment, a batch. A buffer is a cell: what it
 * holds can be replaced, by `write` or by a run that names it as a destination.
 */
export interface Buffer extends TensorType {
  /** The contents on the host: Float32Array for f32, Int32Array for i32 (float64 reference: f64 rounded to f32). */
  read(options?: ReadOptions): Promise<Float32Array | Int32Array>;
  /** @throws {BackendError} if the length differs from the buffer's */
  write(data: NumericArray): Promise<void>;
  /** Gives the memory back. Using the buffer afterwards is an error. */
  dispose(): void;
}

/** A compiled program. */
export interface Executable {
  readonly program: Program;
  /**
   * Runs the program once. Inputs are buffers of this backend, or host arrays, which are uploaded. An output
   * named in `into` is written to that buffer, which may also be an input of the same run (an update in
   * place: the program reads the old contents). Other outputs come back as new buffers that the caller
   * disposes.
   * @throws {BackendError} if an input is missing or has the wrong shape or element type
   */
  run(
    inputs: Readonly<Record<string, Buffer | NumericArray>>,
    into?: Readonly<Record<string, Buffer>>,
  ): Promise<Record<string, Buffer>>;
  dispose(): void;
}

export interface ReadOptions {
  /**
   * false: a backend that computes in the host's memory may give the memory itself, to be looked at until the next run or
   * write. Default: true.
   */
  readonly copy?: boolean | undefined;
}

export interface BufferOptions {
  /**
   * The caller gives the data away and does not use it again: a backend that computes in the host's memory may keep
   * the array itself instead of a copy. Default: false.
   */
  readonly adopt?: boolean | undefined;
}

/** Runs programs. Every call is asynchronous, since a GPU is. */
export interface Backend {
  /** For people and for `summary.json`: "reference", "gpu.js webgpu", "onnxruntime cpu". */
  readonly name: string;
  /** One line on what really runs: device, threads, mode. */
  readonly description: string;
  compile(program: Program): Promise<Executable>;
  /**
   * Bytes that a run takes besides inputs and outputs, known before the program is compiled. A backend has it if it
   * works in the memory of the host; of others, `planMemory` knows as much as there is to know.
   */
  workingBytes?(program: Program): number;
  /** A resident buffer; zeros where no data is given. */
  buffer(type: TensorType, data?: NumericArray, options?: BufferOptions): Promise<Buffer>;
  /**
   * Float32 buffers of zeros, of which those of a group are used by the same operations. A backend has it if they can lie
   * better than one by one.
   */
  bufferGroups?(groups: readonly (readonly TensorType[])[]): Promise<Buffer[][]>;
  dispose(): Promise<void>;
}
