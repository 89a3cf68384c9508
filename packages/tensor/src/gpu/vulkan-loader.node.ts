import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAME = 'libvulkan.so.1';

/** Where Linux systems put libraries. */
const FOLDERS = [
  '/usr/lib',
  '/usr/lib64',
  '/lib',
  '/usr/local/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
];

/** The linker's list of libraries; it has also those in folders that only the system's configuration names. */
const LINKER_CACHE = '/etc/ld.so.cache';

/** Where to look; other places than the system's are for tests. */
export interface VulkanLoaderPlaces {
  readonly platform?: NodeJS.Platform;
  /** As in LD_LIBRARY_PATH: folders, separated by colons. */
  readonly libraryPath?: string | undefined;
  readonly folders?: readonly string[];
  readonly linkerCache?: string;
}

/**
 * Whether Dawn can have an adapter here. On Linux it needs the Vulkan loader, and where there is none it writes
 * warnings to the terminal that no caller can silence; other systems bring their own graphics library.
 */
export function vulkanLoaderIsPresent({
  platform = process.platform,
  libraryPath = process.env.LD_LIBRARY_PATH,
  folders = FOLDERS,
  linkerCache = LINKER_CACHE,
}: VulkanLoaderPlaces = {}): boolean {
  if (platform !== 'linux') return true;
  const places = [...(libraryPath ?? '').split(delimiter).filter((folder) => folder !== ''), ...folders];
  return places.some((folder) => existsSync(join(folder, NAME))) || isListed(linkerCache);
}

/** The cache is binary, with names that end in a zero byte. Systems without glibc have none. */
function isListed(cache: string): boolean {
  return existsSync(cache) && readFileSync(cache, 'latin1').includes(`${NAME}\0`);
}
