import type { BufferPool } from './buffer-pool.js';
import { bufferUsage } from './buffer-usage.js';
import type { CommandRecorder } from './command-recorder.js';
import type { CountedBuffer } from './gpu-js.js';
import type { Product } from './product.js';
import { LARGE_TILE, SMALL_TILE, tiledMatmulShader } from './tiled-matmul-shader.js';

/** Records a product of two buffers; the result is a buffer of the pool. */
export type TiledMatmul = (a: GPUBuffer, b: GPUBuffer, product: Product) => Promise<CountedBuffer>;

/** Matrix products in WGSL on gpu.js's device. A shader is compiled when it is first needed: one for each tile and transposition. */
export function tiledMatmul(device: GPUDevice, pool: BufferPool, recorder: CommandRecorder): TiledMatmul {
  const pipelines = new Map<string, Promise<GPUComputePipeline>>();
  const uniforms = new Map<string, GPUBuffer>();

  const pipelineFor = ({ m, n, transposeA, transposeB }: Product) => {
    const tile = tileFor(m, n);
    const key = JSON.stringify([tile.side, transposeA, transposeB]);
    let pipeline = pipelines.get(key);
    if (pipeline === undefined) {
      const code = tiledMatmulShader({ tile, transposeA, transposeB });
      pipeline = device.createComputePipelineAsync({
        layout: 'auto',
        compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
      });
      pipelines.set(key, pipeline);
    }
    return pipeline;
  };

  const sizesFor = ({ m, n, inner, stack, alpha }: Product, down: number, across: number) => {
    const key = JSON.stringify([m, n, inner, stack, alpha]);
    let uniform = uniforms.get(key);
    if (uniform === undefined) {
      const sizes = new Uint32Array([m, n, inner, down, across, down * across * stack, 0, 0]);
      new Float32Array(sizes.buffer)[6] = alpha;
      uniform = device.createBuffer({
        size: sizes.byteLength,
        usage: bufferUsage.uniform | bufferUsage.copyDestination,
      });
      device.queue.writeBuffer(uniform, 0, sizes);
      uniforms.set(key, uniform);
    }
    return uniform;
  };

  return async (a, b, product) => {
    const { m, n, stack } = product;
    const { side } = tileFor(m, n);
    const [down, across] = [Math.ceil(m / side), Math.ceil(n / side)];
    const pipeline = await pipelineFor(product);
    const result = pool.take(4 * stack * m * n);
    const buffers = [sizesFor(product, down, across), a, b, result];
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    // Tiles are numbered through, so that no axis is too long for a dispatch.
    const tiles = down * across * stack;
    const rows = Math.ceil(tiles / device.limits.maxComputeWorkgroupsPerDimension);
    const pass = recorder.pass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(Math.ceil(tiles / rows), rows);
    return result;
  };
}

function tileFor(m: number, n: number) {
  return Math.min(m, n) > LARGE_TILE.side / 2 ? LARGE_TILE : SMALL_TILE;
}
