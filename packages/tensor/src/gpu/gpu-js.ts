/// <reference types="@webgpu/types" />
/**
 * The part of gpu.js 2.24.1 that this package uses, with types: the library's own declarations leave out its
 * WebGPU classes and what a built kernel tells about itself.
 */

/** What runs a kernel. WebGPU in Node or a browser, WebGL in browsers, WebAssembly and plain JavaScript anywhere. */
export type GpuMode = 'webgpu' | 'webgl2' | 'webgl' | 'webasm' | 'cpu';

/** A result that stays on the device until it is deleted. */
export interface DeviceValue {
  toArray(): unknown;
  delete(): void;
}

/** A flat float32 array, or the device's handle on one. */
export type Handle = Float32Array | DeviceValue;

/** A GPU buffer with gpu.js's count of who holds it. */
export type CountedBuffer = GPUBuffer & { _refs?: number };

/** A built kernel: calling it runs it. */
export interface CompiledKernel {
  (...arrays: Handle[]): unknown;
  /** What really runs; gpu.js replaces it when it falls back to another mode. */
  readonly kernel: {
    readonly constructor: unknown;
    readonly fallbackReason?: string | null;
    /** WebGPU: the last result, which the kernel holds on to. */
    outputBuffer?: CountedBuffer | null;
    /** WebGPU: what a built kernel runs on. */
    _device?: object | null;
    /** WebGPU: runs the kernel once it is built, in one go. */
    _runInternal?: (snapshot: unknown) => unknown;
    /** WebAssembly: cuts the flat result into rows. */
    _shapeOutput?: (data: Float32Array) => unknown;
    /** WebAssembly: the threads, started by the first run that has work for them. */
    _pool?: object | null;
  };
  destroy(): void;
}

export interface KernelSettings {
  readonly output: readonly number[];
  readonly constants?: Readonly<Record<string, number>>;
  readonly constantTypes?: Readonly<Record<string, 'Integer' | 'Float'>>;
  readonly precision?: 'single';
  readonly tactic?: 'precision';
  readonly pipeline?: boolean;
  readonly immutable?: boolean;
  readonly dynamicArguments?: boolean;
  readonly loopMaxIterations?: number;
  /** WebAssembly: share large outputs out among threads. */
  readonly asyncMode?: boolean;
  readonly poolSize?: number;
}

export interface GpuInstance {
  createKernel(source: unknown, settings: KernelSettings): CompiledKernel;
  destroy(): Promise<void>;
}

export interface WebGpuContext {
  readonly adapter: GPUAdapter;
  readonly device: GPUDevice;
}

export interface GpuJs {
  readonly GPU: new (settings: { readonly mode: GpuMode }) => GpuInstance;
  readonly WebGPUKernel: unknown;
  readonly WebGL2Kernel: unknown;
  readonly WebGLKernel: unknown;
  readonly WebAssemblyKernel: { readonly isThreadsSupported: boolean };
  readonly CPUKernel: unknown;
  readonly WebGPUContext: {
    /** The one device of this page or process, shared by everything that runs on WebGPU. */
    acquire(): Promise<WebGpuContext>;
    destroy(): Promise<void>;
  };
  readonly WebGPUBufferResult: new (settings: {
    readonly buffer: GPUBuffer;
    readonly output: readonly number[];
    readonly componentCount: number;
    readonly context: WebGpuContext;
    readonly kernel: null;
  }) => DeviceValue & { readonly buffer: CountedBuffer };
}

/**
 * The library, loaded when the first backend is made: a program that only traces, or runs elsewhere, does without its
 * half a megabyte. The published package holds a bundle of it (see `bundle-gpu-js.mjs`): installed by its name, it would
 * bring 84 MB of a Dawn that it never loads.
 */
export async function loadGpuJs(): Promise<GpuJs> {
  const library: { readonly default?: unknown } = await import('#gpu.js');
  return (library.default ?? library) as GpuJs;
}

/**
 * The mode that a built kernel runs in. gpu.js's own `mode` calls both WebGLs "gpu", so the class decides.
 */
export function modeOf(gpuJs: GpuJs, { kernel }: CompiledKernel): GpuMode | undefined {
  const classes: Readonly<Record<GpuMode, unknown>> = {
    webgpu: gpuJs.WebGPUKernel,
    webgl2: gpuJs.WebGL2Kernel,
    webgl: gpuJs.WebGLKernel,
    webasm: gpuJs.WebAssemblyKernel,
    cpu: gpuJs.CPUKernel,
  };
  return (Object.keys(classes) as GpuMode[]).find((mode) => classes[mode] === kernel.constructor);
}
