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

const spin = process.argv[2] === 'spin';
for (const [V, C, R] of [[49152,576,512],[49152,576,224],[32000,288,256],[32000,288,128],[1536,576,512],[576,1536,512],[576,576,512],[768,288,256],[288,768,256],[172,64,512],[64,64,512]] as const) {
  const f = 2*R*V*C, n = `V${V} C${C} R${R} `;
  await rate(n+'TN', { d: [R, V], h: [R, C] }, [V, C], f, (g) => g.node('FusedMatMul', ['d', 'h'], { transA: 1, transB: 0, alpha: { float: 1 } }), spin);
  await rate(n+'T+NN', { d: [R, V], h: [R, C] }, [V, C], f, (g) => g.node('MatMul', [g.node('Transpose',['d'],{perm:[1,0]}), 'h']), spin);
  await rate(n+'T+Gemm', { d: [R, V], h: [R, C] }, [V, C], f, (g) => g.node('Gemm', [g.node('Transpose',['d'],{perm:[1,0]}), 'h'], {}), spin);
  await rate(n+'T+T+NT', { d: [R, V], h: [R, C] }, [V, C], f, (g) => g.node('FusedMatMul', [g.node('Transpose',['d'],{perm:[1,0]}), g.node('Transpose',['h'],{perm:[1,0]})], {transA:0,transB:1,alpha:{float:1}}), spin);
  await rate(n+'(h^T d) NN', { d: [R, V], h: [R, C] }, [C, V], f, (g) => g.node('MatMul', [g.node('Transpose',['h'],{perm:[1,0]}), 'd']), spin);
  await rate(n+'T alone', { d: [R, V], h: [R, C] }, [V, R], 0, (g) => g.node('Transpose',['d'],{perm:[1,0]}), spin);
}
