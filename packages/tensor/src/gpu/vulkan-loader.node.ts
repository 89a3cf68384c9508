import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAME = 'libvulkan.so.1';
const FOLDERS = [
  '/usr/lib',
  '/usr/lib64',
  '/lib',
  '/usr/local/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
];

/**
 * Whether Dawn can have an adapter here. On Linux it needs the Vulkan loader, and where there is none it writes
 * warnings to the terminal that no caller can silence; other systems bring their own graphics library.
 */
export function vulkanLoaderIsPresent(): boolean {
  if (process.platform !== 'linux') return true;
  const folders = [
    ...(process.env.LD_LIBRARY_PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...FOLDERS,
  ];
  return folders.some((folder) => existsSync(join(folder, NAME)));
}
