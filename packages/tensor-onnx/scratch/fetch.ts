import * as ortm from 'onnxruntime-node';
import { Graph } from '../src/graph/graph.js';
import { encodeModel } from '../src/graph/encode-model.js';
const ort: any = (ortm as any).default ?? ortm;
const g = new Graph(); g.enter('m');
const y = g.node('FusedMatMul', ['d', 'h'], { transA: 1, transB: 0, alpha: { float: 1 } });
const [V,C,R]=[49152,576,128];
const model = { nodes: g.nodes, initializers: [...g.initializers.values()], inputs: [{name:'d',dtype:'f32' as const,shape:[R,V]},{name:'h',dtype:'f32' as const,shape:[R,C]}], outputs: [{ name: y, dtype: 'f32' as const, shape: [V,C] }] };
for (const arena of [true,false]) {
const session = await ort.InferenceSession.create(encodeModel(model), { executionProviders: ['cpu'], graphOptimizationLevel: 'disabled', enableCpuMemArena: arena, enableMemPattern: false, intraOpNumThreads: 2 });
const out = new Float32Array(V*C).fill(7);
const t = new ort.Tensor('float32', out, [V,C]);
const d = new ort.Tensor('float32', new Float32Array(R*V).fill(1), [R,V]), h = new ort.Tensor('float32', new Float32Array(R*C).fill(1), [R,C]);
for (let i=0;i<4;i++){ const f0=process.resourceUsage().minorPageFault; const p=performance.now(); const r = await session.run({d,h},{[y]:t}); console.log(arena, (performance.now()-p).toFixed(0),'ms faults', process.resourceUsage().minorPageFault-f0, 'out[5]', out[5], r[y]===t, r[y].data===out, r[y].data.buffer===out.buffer); }
}
