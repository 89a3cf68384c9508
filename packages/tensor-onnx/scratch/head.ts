import * as ortm from 'onnxruntime-node';
import { Graph } from '../src/graph/graph.js';
import { encodeModel } from '../src/graph/encode-model.js';
const ort: any = (ortm as any).default ?? ortm;
async function rate(label: string, inputs: Record<string, number[]>, out: number[], flops: number, build: (g: Graph) => string, spin = false) {
  const g = new Graph(); g.enter('m');
  const y = build(g);
  const model = { nodes: g.nodes, initializers: [...g.initializers.values()], inputs: Object.entries(inputs).map(([name, shape]) => ({ name, dtype: 'f32' as const, shape })), outputs: [{ name: y, dtype: 'f32' as const, shape: out }] };
  const session = await ort.InferenceSession.create(encodeModel(model), { executionProviders: ['cpu'], graphOptimizationLevel: 'disabled', enableCpuMemArena: true, enableMemPattern: false, intraOpNumThreads: 2, extra: { session: { intra_op: { allow_spinning: spin ? '1' : '0' } } } });
  const size = (s: number[]) => s.reduce((a, b) => a * b, 1);
  const feeds = Object.fromEntries(Object.entries(inputs).map(([n, s]) => [n, new ort.Tensor('float32', Float32Array.from({ length: size(s) }, () => Math.random() - 0.5), s)]));
  const fetches = { [y]: new ort.Tensor('float32', new Float32Array(size(out)), out) };
  const ts: number[] = [];
  for (let i = 0; i < 8; i++) { const t = performance.now(); await session.run(feeds, fetches); ts.push(performance.now() - t); }
  ts.sort((a, b) => a - b);
  await session.release();
  console.log(label.padEnd(40), ts[3]!.toFixed(1).padStart(8), 'ms', flops ? (flops / ts[3]! / 1e6).toFixed(0) + ' GFLOP/s' : '');
}
const V = 49152, C = 576;
for (const spin of [false, true]) for (const R of [96, 128, 224, 256, 512]) {
  await rate(`${spin} R${R} FusedMatMul TN`, { d: [R, V], h: [R, C] }, [V, C], 2 * R * V * C, (g) => g.node('FusedMatMul', ['d', 'h'], { transA: 1, transB: 0, alpha: { float: 1 } }), spin);
  await rate(`${spin} R${R} Gemm TN`, { d: [R, V], h: [R, C] }, [V, C], 2 * R * V * C, (g) => g.node('Gemm', ['d', 'h'], { transA: 1 }), spin);
  await rate(`${spin} R${R} Gemm TN + C`, { d: [R, V], h: [R, C], c: [V, C] }, [V, C], 2 * R * V * C, (g) => g.node('Gemm', ['d', 'h', 'c'], { transA: 1 }), spin);
  await rate(`${spin} R${R} logits NT`, { h: [R, C], w: [V, C] }, [R, V], 2 * R * V * C, (g) => g.node('FusedMatMul', ['h', 'w'], { transA: 0, transB: 1, alpha: { float: 1 } }), spin);
  await rate(`${spin} R${R} dh NN`, { d: [R, V], w: [V, C] }, [R, C], 2 * R * V * C, (g) => g.node('MatMul', ['d', 'w']), spin);
}
