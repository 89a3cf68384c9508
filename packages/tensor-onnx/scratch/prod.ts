import * as ortm from 'onnxruntime-node';
import { Graph } from '../src/graph/graph.js';
import { encodeModel } from '../src/graph/encode-model.js';
const ort: typeof ortm = (ortm as any).default ?? ortm;
const fill = (n: number, rnd: boolean) => Float32Array.from({ length: n }, () => rnd ? Math.random() - 0.5 : 1);
async function rate(m: number, k: number, n: number, { tA = 0, tB = 0, spin = false, rnd = true, op = 'FusedMatMul', chain = 10 } = {}) {
  const g = new Graph();
  const outs: string[] = [];
  for (let i = 0; i < chain; i++) {
    g.enter('m' + i);
    outs.push(op === 'Gemm' ? g.node('Gemm', ['x', 'w'], { transA: tA, transB: tB }) : op === 'MatMul' ? g.node('MatMul', ['x', 'w']) : g.node('FusedMatMul', ['x', 'w'], { transA: tA, transB: tB, alpha: { float: 1 } }));
  }
  // reduce to something small
  const s = outs.map((o) => g.slice(g.slice(o, 0, 0, 1), 1, 0, 1));
  const y = g.node('Concat', s, { axis: 0 });
  const xs = tA ? [k, m] : [m, k], ws = tB ? [n, k] : [k, n];
  const model = { nodes: g.nodes, initializers: [...g.initializers.values()], inputs: [{ name: 'x', dtype: 'f32' as const, shape: xs }, { name: 'w', dtype: 'f32' as const, shape: ws }], outputs: [{ name: y, dtype: 'f32' as const, shape: [chain, 1] }] };
  const session = await ort.InferenceSession.create(encodeModel(model), { executionProviders: ['cpu'], graphOptimizationLevel: 'disabled', enableCpuMemArena: true, enableMemPattern: false, intraOpNumThreads: 2, extra: { session: { intra_op: { allow_spinning: spin ? '1' : '0' } } } });
  const x = new ort.Tensor('float32', fill(m * k, rnd), xs), w = new ort.Tensor('float32', fill(k * n, rnd), ws);
  await session.run({ x, w });
  const ts: number[] = [];
  for (let i = 0; i < 12; i++) { const t = performance.now(); await session.run({ x, w }); ts.push(performance.now() - t); }
  ts.sort((a, b) => a - b);
  await session.release();
  return (2 * m * k * n * chain) / (ts[4]! / 1000) / 1e9;
}
const f = (v: number) => v.toFixed(0).padStart(5);
for (const spin of [false, true]) {
  for (const [m, k, n] of [[512, 576, 1536], [512, 1536, 576], [512, 576, 576],[512,576,192], [1536, 512, 576], [128, 576, 49152], [128, 49152, 576]] as const) {
    const chain = n * k > 1e7 ? 1 : 10;
    let line = `${spin ? 'spin ' : 'sleep'} ${m}x${k}x${n}`.padEnd(24);
    line += ' NN ' + f(await rate(m, k, n, { spin, chain })) + ' NT ' + f(await rate(m, k, n, { spin, chain, tB: 1 })) + ' TN ' + f(await rate(m, k, n, { spin, chain, tA: 1 }))+ ' gemmTN ' + f(await rate(m, k, n, { spin, chain, tA: 1, op: 'Gemm' })) + ' matmulNN ' + f(await rate(m, k, n, { spin, chain, op: 'MatMul' }))+ ' ones ' + f(await rate(m, k, n, { spin, chain, rnd:false }));
    console.log(line);
  }
}
