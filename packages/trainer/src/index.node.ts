export {
  type Checkpoint,
  listCheckpoints,
  loadCheckpoint,
  type RunFields,
  saveCheckpoint,
  tidyCheckpoints,
} from './checkpoint.node.js';
export { checkManifest } from './manifest.node.js';
export { type MetricsLine, metricsFile } from './metrics-file.node.js';
export { peakMemoryBytes } from './peak-memory.node.js';
