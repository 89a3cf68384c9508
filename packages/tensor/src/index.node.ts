export { type InstalledWebGpu, installWebGpu } from './gpu/install-web-gpu.node.js';
export { findSoftwareVulkan, type SoftwareVulkan } from './gpu/software-vulkan.node.js';
