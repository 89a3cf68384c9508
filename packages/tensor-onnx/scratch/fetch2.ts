import * as ortm from 'onnxruntime-node';
import { create, toBinary, fromBinary } from '@bufbuild/protobuf';
import { Graph } from '../src/graph/graph.js';
import { encodeModel } from '../src/graph/encode-model.js';
import { ModelProtoSchema } from '../src/graph/onnx_pb.js';
const ort: any = (ortm as any).default ?? ortm;
const g = new Graph(); g.enter('m');
const y = g.node('FusedMatMul', ['d', 'h'], { transA: 1, transB: 0, alpha: { float: 1 } });
const stop = g.node('SequenceConstruct', [g.scalar(0)]);
for (const [V,C,R] of [[49152,576,128],[49152,576,224],[49152,576,512],[32000,288,256]] as const) {
const model = { nodes: g.nodes, initializers: [...g.initializers.values()], inputs: [{name:'d',dtype:'f32' as const,shape:[R,V]},{name:'h',dtype:'f32' as const,shape:[R,C]}], outputs: [{ name: y, dtype: 'f32' as const, shape: [V,C] }] };
const p = fromBinary(ModelProtoSchema, encodeModel(model));
p.graph!.output.unshift({ $typeName: 'onnx.ValueInfoProto', name: stop } as any);
const session = await ort.InferenceSession.create(toBinary(ModelProtoSchema, p), { executionProviders: ['cpu'], graphOptimizationLevel: 'disabled', enableCpuMemArena: true, enableMemPattern: false, intraOpNumThreads: 2, extra: { session: { intra_op: { allow_spinning: '1' } } } });
const out = new Float32Array(V*C).fill(7);
const t = new ort.Tensor('float32', out, [V,C]);
const d = new ort.Tensor('float32', new Float32Array(R*V).fill(1), [R,V]), h = new ort.Tensor('float32', new Float32Array(R*C).fill(1), [R,C]);
for (let i=0;i<5;i++){ out[5]=0; const f0=process.resourceUsage().minorPageFault; const p=performance.now(); let r; try { r = await session.run({d,h},{[stop]:null,[y]:t}); } catch (e) { r = String(e); } const ms = performance.now()-p; if (i>2) console.log(V,C,R, ms.toFixed(0),'ms', (2*V*C*R/ms/1e6).toFixed(0),'GF/s faults', process.resourceUsage().minorPageFault-f0, 'out[5]', out[5], typeof r === 'string' ? r : r[y].data===out); }
}
