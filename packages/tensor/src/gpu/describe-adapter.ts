/// <reference types="@webgpu/types" />
/** What WebGPU runs on. */
export interface AdapterDescription {
  /** For people: "SwiftShader driver 5.0.0 (google, swiftshader)". */
  readonly text: string;
  /** Not a GPU: SwiftShader, llvmpipe, WARP. Right for tests, slower than WebAssembly. */
  readonly isSoftware: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render|\bwarp\b|\bcpu\b/i;

/** Reads an adapter's own words about itself. Browsers may hide all of them. */
export function describeInfo(info: GPUAdapterInfo): AdapterDescription {
  const { description, vendor, architecture, device } = info;
  const details = [vendor, architecture].filter((part) => part !== '').join(', ');
  const name = description || device || 'unnamed adapter';
  return {
    text: details === '' ? name : `${name} (${details})`,
    isSoftware: info.isFallbackAdapter === true || SOFTWARE.test(`${name} ${details} ${device}`),
  };
}

/**
 * Which adapter WebGPU would run on here, so that `auto` can take WebGPU for real hardware only.
 * @returns undefined if there is no WebGPU, or WebGPU without an adapter
 */
export async function describeAdapter(): Promise<AdapterDescription | undefined> {
  const { navigator } = globalThis as { readonly navigator?: { readonly gpu?: GPU } };
  const adapter = await navigator?.gpu?.requestAdapter().catch(() => null);
  return adapter ? describeInfo(adapter.info) : undefined;
}
