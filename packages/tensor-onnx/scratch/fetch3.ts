import * as ortm from 'onnxruntime-node';
import { toBinary, fromBinary } from '@bufbuild/protobuf';
import { Graph } from '../src/graph/graph.js';
import { encodeModel } from '../src/graph/encode-model.js';
import { ModelProtoSchema } from '../src/graph/onnx_pb.js';
const ort: any = (ortm as any).default ?? ortm;
for (const [V,C,R] of [[49152,576,512],[49152,576,256],[49152,576,224],[49152,576,128],[32000,288,256],[32000,288,128]] as const) for (const piece of [V, 8192, 4096, 2048]) for (const how of piece === V ? ['whole'] : ['slice'] ) {
const g = new Graph(); g.enter('m');
const stop = g.node('SequenceConstruct', [g.scalar(0)]);
const outs: [string, number, number][] = [];
for (let a = 0; a < V; a += piece) { const b = Math.min(V, a + piece);
  const d = piece === V ? 'd' : g.slice('d', 1, a, b);
  outs.push([g.node('FusedMatMul', [d, 'h'], { transA: 1, transB: 0, alpha: { float: 1 } }), a, b]); }
const model = { nodes: g.nodes, initializers: [...g.initializers.values()], inputs: [{name:'d',dtype:'f32' as const,shape:[R,V]},{name:'h',dtype:'f32' as const,shape:[R,C]}], outputs: outs.map(([name,a,b])=>({ name, dtype: 'f32' as const, shape: [b-a,C] })) };
const p = fromBinary(ModelProtoSchema, encodeModel(model));
p.graph!.output.unshift({ $typeName: 'onnx.ValueInfoProto', name: stop } as any);
const session = await ort.InferenceSession.create(toBinary(ModelProtoSchema, p), { executionProviders: ['cpu'], graphOptimizationLevel: 'disabled', enableCpuMemArena: true, enableMemPattern: false, intraOpNumThreads: 2, extra: { session: { intra_op: { allow_spinning: '1' } } } });
const out = new Float32Array(V*C).fill(7);
const fetches: any = {[stop]:null};
for (const [n,a,b] of outs) fetches[n] = new ort.Tensor('float32', out.subarray(a*C,b*C), [b-a,C]);
const d = new ort.Tensor('float32', new Float32Array(R*V).fill(1), [R,V]), h = new ort.Tensor('float32', new Float32Array(R*C).fill(1), [R,C]);
const ts=[]; for (let i=0;i<6;i++){ const p=performance.now(); try { await session.run({d,h},fetches); } catch (e) { } ts.push(performance.now()-p); } ts.sort((a,b)=>a-b); const ms=ts[2]!;
console.log(V,C,R,piece, ms.toFixed(0),'ms', (2*V*C*R/ms/1e6).toFixed(0),'GF/s', out[V*C-1]);
await session.release();
}
