/** The specification's values of `GPUBufferUsage`, which is a global only where WebGPU is. */
export const bufferUsage = {
  mapRead: 0x01,
  mapWrite: 0x02,
  copySource: 0x04,
  copyDestination: 0x08,
  uniform: 0x40,
  storage: 0x80,
} as const;
