import { chooseBackend } from '../choose-backend.node.js';
import type { BackendName } from '../recipe/recipe-schema.js';
import type { Base } from './base.js';
import { ChatModel } from './chat-model.js';
import { loadBase } from './load-base.node.js';

export interface OpenModelOptions {
  /** A built-in name, a file, `model`: the one that came with it, `model:NAME`; false: for plain text only. Default: model. */
  readonly template?: string | false;
  /** What computes. Default: auto. */
  readonly backend?: BackendName;
  /** Of the backend; as many as the machine has when absent. */
  readonly threads?: number | undefined;
}

/** A model that is used as it is: no token is added to it. @param template undefined: for plain text only */
export function loadFinished(directory: string, template: string | undefined): Promise<Base> {
  return loadBase(directory, { template, addTokens: 'none' });
}

/**
 * Opens a model directory for answering. Call `dispose` in the end: a backend keeps the process alive.
 * @throws {SftError} if model, tokenizer and template do not fit each other, or the backend is absent
 */
export async function openModel(
  directory: string,
  { template = 'model', backend: name = 'auto', threads }: OpenModelOptions = {},
): Promise<ChatModel> {
  const base = await loadFinished(directory, template === false ? undefined : template);
  const { backend, dispose } = await chooseBackend(name, { threads });
  return ChatModel.create(base, backend, { release: dispose });
}
