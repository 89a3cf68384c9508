import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type VulkanLoaderPlaces, vulkanLoaderIsPresent } from './vulkan-loader.node.js';

let folder: string;
let nothing: VulkanLoaderPlaces;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sftkit-vulkan-'));
  nothing = { platform: 'linux', libraryPath: '', folders: [], linkerCache: join(folder, 'ld.so.cache') };
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('vulkanLoaderIsPresent', () => {
  it('is false on a Linux that has no loader anywhere', () => {
    writeFileSync(join(folder, 'libvulkan.so'), ''); // what developers have beside the loader itself
    writeFileSync(join(folder, 'ld.so.cache'), 'libvulkan.so.12\0libvulkan.so\0');
    expect(vulkanLoaderIsPresent({ ...nothing, libraryPath: folder, folders: [folder] })).toBe(false);
  });

  it.each(['darwin', 'win32'] as const)('is true on %s, which needs none', (platform) => {
    expect(vulkanLoaderIsPresent({ ...nothing, platform })).toBe(true);
  });

  it('looks in every folder of LD_LIBRARY_PATH', () => {
    writeFileSync(join(folder, 'libvulkan.so.1'), '');
    const libraryPath = ['', '/nowhere', folder].join(delimiter);
    expect(vulkanLoaderIsPresent({ ...nothing, libraryPath })).toBe(true);
  });

  it('looks in the folders of the system', () => {
    writeFileSync(join(folder, 'libvulkan.so.1'), '');
    expect(vulkanLoaderIsPresent({ ...nothing, folders: ['/nowhere', folder] })).toBe(true);
  });

  it("reads the linker's list", () => {
    writeFileSync(join(folder, 'ld.so.cache'), 'ld.so-1.7.0\0libvulkan.so.1\0/opt/gpu/lib/libvulkan.so.1\0');
    expect(vulkanLoaderIsPresent(nothing)).toBe(true);
  });
});
