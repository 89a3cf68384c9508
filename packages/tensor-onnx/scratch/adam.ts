import { adamWKernel, PIECE } from '../src/epilogue/adam-w-kernel.js';
import { streamAdamW } from '../src/epilogue/adam-w-stream.js';
const n = 16_384_000;
const mk = () => { const a = new Float32Array(n); for (let i = 0; i < n; i++) a[i] = ((i * 7919) % 1000) / 1e5; return a; };
const [p, g, m, v] = [mk(), mk(), mk(), mk()];
const k = adamWKernel();
const scalars = Float32Array.of(1e-4, 1, 0.1, 0.05);
const run = () => streamAdamW(k, { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 } as any, { inputs: [p, g, m, v], scalars, outputs: [p, m, v] });
const time = (f: () => void) => { const ts = []; for (let i = 0; i < 7; i++) { const t = performance.now(); f(); ts.push(performance.now() - t); } return ts.sort((a, b) => a - b)[3]!; };
console.log('stream', (time(run) * 1e6 / n).toFixed(2), 'ns/param');
const fac = { gradient: 0.2, freshM: 0.4, beta1: .9, beta2: .95, epsilon: 1e-9, rate: 1e-4, decay: 0.99 };
console.log('kernel alone in cache', (time(() => { for (let i = 0; i < n; i += PIECE) k.update(PIECE, fac); }) * 1e6 / n).toFixed(2));
console.log('copies alone', (time(() => { for (let i = 0; i < n; i += PIECE) { const e = i + PIECE; k.parameter.set(p.subarray(i, e)); k.gradient.set(g.subarray(i, e)); k.m.set(m.subarray(i, e)); k.v.set(v.subarray(i, e)); p.set(k.parameter, i); m.set(k.m, i); v.set(k.v, i); } }) * 1e6 / n).toFixed(2));
console.log('read copies alone', (time(() => { for (let i = 0; i < n; i += PIECE) { const e = i + PIECE; k.parameter.set(p.subarray(i, e)); k.gradient.set(g.subarray(i, e)); k.m.set(m.subarray(i, e)); k.v.set(v.subarray(i, e)); } }) * 1e6 / n).toFixed(2));
const big = new Float32Array(n).fill(1);
console.log('plain set of all, 8 B/param', (time(() => big.set(g)) * 1e6 / n).toFixed(2));
console.log('fill', (time(() => big.fill(2)) * 1e6 / n).toFixed(2));
for (const q of [512, 1024, 2048, 4096, 8192, 16384, 65536]) { const t = new Float32Array(q); const u = new Uint8Array(t.buffer);
 console.log(q, 'in and out', (time(() => { for (let i = 0; i < n; i += q) { const e = i + q; t.set(p.subarray(i, e)); p.set(t, i); } }) * 1e6 / n).toFixed(2), 'in', (time(() => { for (let i = 0; i < n; i += q) { t.set(p.subarray(i, i+q)); } }) * 1e6 / n).toFixed(2)); }
