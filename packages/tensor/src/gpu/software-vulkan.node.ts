import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A Vulkan driver without a GPU, for correctness tests. */
export interface SoftwareVulkan {
  /** To be set before Node starts: the loader reads them once. */
  readonly env: Readonly<Record<'VK_ICD_FILENAMES' | 'LD_LIBRARY_PATH', string>>;
}

/** Where Debian, Alpine, Arch, Chrome and Electron put the driver that comes with Chromium. */
const FOLDERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  '/opt/chromium',
];

const ICD = 'vk_swiftshader_icd.json';

/**
 * SwiftShader as Chromium brings it, with the Vulkan loader beside it.
 * @returns undefined if there is no Chromium in the usual places
 */
export function findSoftwareVulkan(): SoftwareVulkan | undefined {
  const file = FOLDERS.map((folder) => join(folder, ICD)).find((path) => existsSync(path));
  if (file === undefined) {
    return undefined;
  }
  const folder = dirname(file);
  const hasLoader = readdirSync(folder).some((name) => name.startsWith('libvulkan.so'));
  const paths = [process.env.LD_LIBRARY_PATH, hasLoader ? folder : undefined];
  const libraryPath = paths.filter((path) => path !== undefined && path !== '').join(':');
  return { env: { VK_ICD_FILENAMES: file, LD_LIBRARY_PATH: libraryPath } };
}
