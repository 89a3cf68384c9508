/** Largest resident set of this process so far, in bytes. */
export function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024; // libuv gives kibibytes on every system
}
