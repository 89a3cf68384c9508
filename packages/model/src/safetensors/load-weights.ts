/**
 * Safetensors files -> the parameters of a model. What does not fit is found from the headers, before any weight
 * is read, and said for all tensors at once.
 */
import { formatShape } from '@sftkit/tensor';
import type { ParameterSpec } from '../decoder-model.js';
import { WeightsError } from '../model-error.js';
import type { ByteSource } from './byte-source.js';
import { readHeader, type TensorEntry } from './read-header.js';
import { readTensor } from './read-tensor.js';

export interface LoadedWeights {
  /** Float32, by parameter name. */
  readonly weights: Map<string, Float32Array>;
  /** One line for each thing that was passed over. */
  readonly warnings: readonly string[];
}

/** Tensors named in a message before it says "and N more". */
const NAMES_SHOWN = 8;

/**
 * @param sources one safetensors file, or all shards of a model
 * @param parameters what the model expects
 * @param parameterName a file's tensor name -> parameter name; undefined for tensors that hold no parameter
 * @throws {WeightsError} if a tensor is missing, is there twice, or has another shape than the model expects
 */
export async function loadWeights(
  sources: readonly ByteSource[],
  parameters: readonly ParameterSpec[],
  parameterName: (tensor: string) => string | undefined = (tensor) => tensor,
): Promise<LoadedWeights> {
  const found = new Map<string, { readonly source: ByteSource; readonly entry: TensorEntry }>();
  const computed: string[] = [];
  for (const source of sources) {
    const { tensors } = await readHeader(source);
    for (const entry of tensors.values()) {
      const name = parameterName(entry.name);
      if (name === undefined) {
        computed.push(entry.name);
        continue;
      }
      const other = found.get(name);
      if (other !== undefined) {
        throw new WeightsError(
          `tensor "${name}" is both in ${other.source.name} and in ${source.name}; remove one of them`,
          {
            tensors: [name],
          },
        );
      }
      found.set(name, { source, entry });
    }
  }
  checkPresent(sources, parameters, found);
  checkShapes(parameters, found);

  const weights = new Map<string, Float32Array>();
  for (const { name } of parameters) {
    const { source, entry } = found.get(name)!;
    weights.set(name, await readTensor(source, entry));
    found.delete(name);
  }
  const warnings: string[] = [];
  if (computed.length > 0) {
    warnings.push(`passed over tensors that are computed here: ${listNames(computed)}`);
  }
  if (found.size > 0) {
    warnings.push(`passed over tensors that this model has no place for: ${listNames([...found.keys()])}`);
  }
  return { weights, warnings };
}

function checkPresent(
  sources: readonly ByteSource[],
  parameters: readonly ParameterSpec[],
  found: ReadonlyMap<string, unknown>,
): void {
  const missing = parameters.map(({ name }) => name).filter((name) => !found.has(name));
  if (missing.length > 0) {
    throw new WeightsError(
      `${sources.map(({ name }) => name).join(', ')}: ${missing.length} of ${parameters.length} tensors are missing: ${listNames(missing)}; is config.json the one of these weights?`,
      { tensors: missing },
    );
  }
}

function checkShapes(
  parameters: readonly ParameterSpec[],
  found: ReadonlyMap<string, { readonly source: ByteSource; readonly entry: TensorEntry }>,
): void {
  const wrong = parameters.filter(
    ({ name, shape }) => formatShape(found.get(name)!.entry.shape) !== formatShape(shape),
  );
  const [first] = wrong;
  if (first !== undefined) {
    const { source, entry } = found.get(first.name)!;
    const others = wrong.length > 1 ? ` (and ${wrong.length - 1} more tensors do not fit)` : '';
    throw new WeightsError(
      `${source.name}: tensor "${first.name}": expected shape ${formatShape(first.shape)} from config.json, got ${formatShape(entry.shape)}${others}; config.json and weights belong to different models`,
      { tensors: wrong.map(({ name }) => name) },
    );
  }
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}
