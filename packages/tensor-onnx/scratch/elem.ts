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
  for (let i = 0; i < 30; i++) { const t = performance.now(); await session.run(feeds, fetches); ts.push(performance.now() - t); }
  ts.sort((a, b) => a - b);
  await session.release();
  console.log(label.padEnd(40), ts[15]!.toFixed(1).padStart(8), 'ms', flops ? (flops / ts[15]! / 1e6).toFixed(0) + ' GFLOP/s' : '');
}

const spin = process.argv[2] === 'spin';
for (const [H,Q,S] of [[9,512,512],[9,128,512],[9,128,128],[8,128,512],[8,64,512]] as const) {
  const n = `${H}x${Q}x${S} `; const x=[1,H,Q,S], m=[1,1,Q,S], r=[1,H,Q,1];
  const rep = (g: Graph, f: (x: string) => string) => { let y='x'; for (let i=0;i<10;i++) y=f(y); return g.node('ReduceMax',[g.node('Slice',[y,g.integers(0,0),g.integers(1,1),g.integers(2,3)]), g.integers(0,1,2,3)],{keepdims:0}); };
  await rate(n+'add mask bcast x10', {x,m}, [], 0, (g)=>rep(g,(y)=>g.node('Add',[y,'m'])), spin);
  await rate(n+'add full x10', {x,m:x}, [], 0, (g)=>rep(g,(y)=>g.node('Add',[y,'m'])), spin);
  await rate(n+'sub row x10', {x,m:r}, [], 0, (g)=>rep(g,(y)=>g.node('Sub',[y,'m'])), spin);
  await rate(n+'mul x10', {x,m:x}, [], 0, (g)=>rep(g,(y)=>g.node('Mul',[y,'m'])), spin);
  await rate(n+'softmax x10', {x}, [], 0, (g)=>rep(g,(y)=>g.node('Softmax',[y],{axis:-1})), spin);
  await rate(n+'reducesum x10', {x}, [], 0, (g)=>rep(g,(y)=>g.node('Add',[y,g.node('ReduceSum',[y,g.integers(3)],{keepdims:1})])), spin);
}
