import * as ortm from 'onnxruntime-node';
import { Graph } from '../src/graph/graph.js';
import { encodeModel } from '../src/graph/encode-model.js';
const ort: any = (ortm as any).default ?? ortm;
const g = new Graph(); g.enter('m'); const y = g.node('Add', ['a', 'b']);
const P = (name: string) => ({ name, dtype: 'f32' as const, shape: [4] });
const s = await ort.InferenceSession.create(encodeModel({ nodes: g.nodes, initializers: [], inputs: [P('a'), P('b')], outputs: [P(y)] }));
const sab = () => new Float32Array(new SharedArrayBuffer(16)).fill(1);
try { const out = sab(); await s.run({ a: new ort.Tensor('float32', sab(), [4]), b: new ort.Tensor('float32', sab(), [4]) }, { [y]: new ort.Tensor('float32', out, [4]) }); console.log('SAB', out); } catch (e) { console.log('SAB', String(e)); }
const mem = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
const w = (o: number) => new Float32Array(mem.buffer, o, 4).fill(1);
try { const out = w(64); await s.run({ a: new ort.Tensor('float32', w(0), [4]), b: new ort.Tensor('float32', w(16), [4]) }, { [y]: new ort.Tensor('float32', out, [4]) }); console.log('wasm', out); } catch (e) { console.log('wasm', String(e)); }
const smem = new WebAssembly.Memory({ initial: 1, maximum: 100, shared: true });
try { const ws = (o: number) => new Float32Array(smem.buffer, o, 4).fill(1); const out = ws(64); await s.run({ a: new ort.Tensor('float32', ws(0), [4]), b: new ort.Tensor('float32', ws(16), [4]) }, { [y]: new ort.Tensor('float32', out, [4]) }); console.log('wasm shared', out); } catch (e) { console.log('wasm shared', String(e)); }
