import { describe, expect, it } from 'vitest';
import { describeInfo } from './describe-adapter.js';

function info(fields: Partial<GPUAdapterInfo>): GPUAdapterInfo {
  const hidden = { description: '', vendor: '', architecture: '', device: '', isFallbackAdapter: false };
  return { ...hidden, ...fields } as GPUAdapterInfo;
}

describe('describeInfo', () => {
  it.each([
    ['SwiftShader in Node', { vendor: 'google', architecture: 'swiftshader', isFallbackAdapter: true }],
    ['Mesa on the processor', { vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' }],
    ['Windows without a driver', { vendor: 'microsoft', description: 'Microsoft Basic Render Driver' }],
  ])('knows that %s is software', (_, fields) => {
    expect(describeInfo(info(fields)).isSoftware).toBe(true);
  });

  it.each([
    ['NVIDIA', { vendor: 'nvidia', architecture: 'hopper', description: 'NVIDIA H100 80GB HBM3' }],
    ['Apple', { vendor: 'apple', architecture: 'common-3' }],
    ['a browser that tells nothing', {}],
  ])('takes %s for a GPU', (_, fields) => {
    expect(describeInfo(info(fields)).isSoftware).toBe(false);
  });

  it('names the adapter', () => {
    const fields = { vendor: 'nvidia', architecture: 'hopper', description: 'NVIDIA H100 80GB HBM3' };
    expect(describeInfo(info(fields)).text).toBe('NVIDIA H100 80GB HBM3 (nvidia, hopper)');
    expect(describeInfo(info({})).text).toBe('unnamed adapter');
  });
});
