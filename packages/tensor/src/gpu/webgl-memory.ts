import type { CompiledKernel, DeviceValue, GpuInstance } from './gpu-js.js';
import { flatten, type Memory } from './memory.js';

function uploadKernel(this: { readonly thread: { readonly x: number } }, values: readonly number[]): number {
  return values[this.thread.x]!;
}

/** A texture of gpu.js, of a class that depends on the number of dimensions it reads back as. */
interface Texture extends DeviceValue {
  readonly output: readonly number[];
}

type TextureClass = new (fields: object) => Texture;

/**
 * Values in float textures of gpu.js's WebGL context. A kernel puts host data there: gpu.js has no other way
 * in.
 */
export function webGlMemory(gpu: GpuInstance, name: string, description: string): Memory {
  const settings = { precision: 'single', tactic: 'precision', pipeline: true, immutable: true } as const;
  const kernels = new Map<number, CompiledKernel>();

  const upload = (data: Float32Array): Texture => {
    let kernel = kernels.get(data.length);
    if (kernel === undefined) {
      kernel = gpu.createKernel(uploadKernel, { ...settings, output: [data.length] });
      kernels.set(data.length, kernel);
    }
    return kernel(data) as Texture;
  };

  const sample = upload(new Float32Array(1));
  const FlatTexture = sample.constructor as TextureClass;
  sample.delete();

  return {
    name,
    description,

    upload: async (data) => upload(data),

    async read(handle, length) {
      return flatten((handle as DeviceValue).toArray()).slice(0, length);
    },

    // A built kernel takes textures of one class only, and other programs may read this value as flat.
    adopt(result) {
      const texture = result as Texture;
      if (texture.constructor === FlatTexture) {
        return texture;
      }
      const cells = texture.output.reduce((product, length) => product * length, 1);
      const flat = new FlatTexture({ ...texture, output: [cells], dimensions: [cells, 1, 1] });
      texture.delete();
      return flat;
    },

    release: (handle) => (handle as DeviceValue).delete(),

    async dispose() {},
  };
}
