/** How much of a run its layers are measured on. */
import type { MicroBatchShape } from '../objective.js';
import { type LayerProgram, layerProgram } from './layer-sample.js';
import type { MeasuredRun } from './measure-rates.js';
import { programWork } from './program-work.js';

/** Fewest tokens that the layers are run on. */
const LEAST_TOKENS = 32;

/** Layers that are run. More are better where they are cheap: what a run takes besides them is counted as theirs. */
const MOST_LAYERS = 4;
const LEAST_LAYERS = 2;

/**
 * Some layers on the run's own batch; where that takes too many floating-point operations, on some of its rows, or on a part
 * of one row, but of no fewer than 32 tokens.
 * @param flops as `programWork` counts them, the head apart
 */
export function fitLayers(
  { model, shape, options }: Pick<MeasuredRun, 'model' | 'shape' | 'options'>,
  flops: number,
): LayerProgram {
  const layersOn = (numLayers: number, part: MicroBatchShape) =>
    layerProgram(model, numLayers, part, options);
  for (let numLayers = Math.min(MOST_LAYERS, model.config.numLayers); numLayers > LEAST_LAYERS; numLayers--) {
    const layers = layersOn(numLayers, shape);
    if (flopsOf(layers) <= flops) return layers;
  }
  const layers = layersOn(LEAST_LAYERS, shape);
  const wanted = flopsOf(layers);
  return wanted <= flops ? layers : layersOn(LEAST_LAYERS, partOf(shape, flops / wanted));
}

function flopsOf({ program }: LayerProgram): number {
  const { matmulFlops, attentionFlops } = programWork(program);
  return matmulFlops + attentionFlops;
}

/** About a share of a batch, in whole rows or, below one row, in one that is shorter. */
function partOf(shape: MicroBatchShape, share: number): MicroBatchShape {
  const tokens = shape.rows * shape.length * share;
  const rows = Math.max(1, Math.floor(tokens / shape.length));
  const wholeSteps = LEAST_TOKENS * Math.max(1, Math.floor(tokens / LEAST_TOKENS));
  const length = Math.min(shape.length, wholeSteps);
  const capacity = Math.ceil((shape.capacity * rows * length) / (shape.rows * shape.length));
  const longestSegment = shape.longestSegment && Math.min(shape.longestSegment, length);
  return { rows, length, capacity, longestSegment };
}
