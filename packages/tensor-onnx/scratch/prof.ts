// usage: prof.ts SHAPE SHARE [spin] : profile of the gradients program
import { readFileSync, readdirSync, unlinkSync } from 'node:fs';
import { initialize, decoderModel } from '../../model/src/index.js';
import { onnxBackend } from '../src/index.node.js';
import { Trainer, supervisedCapacity } from '../../trainer/src/index.js';
import { SHAPES, configOf } from '../../../bench/src/shapes.js';
import { writeTask, readTask } from '../../../bench/src/task.js';
import { loadModel } from '../../model/src/index.node.js';
const [name, share, ...flags] = process.argv.slice(2) as [string, string, ...string[]];
import * as ortm from 'onnxruntime-node';
const ort: any = (ortm as any).default ?? ortm;
const create = ort.InferenceSession.create.bind(ort.InferenceSession);
let biggest: any;
ort.InferenceSession.create = async (bytes: any, options: any) => {
  const prof = flags.includes('profile');
  const s = await create(bytes, { ...options, ...(prof ? { enableProfiling: true, profileFilePrefix: '/tmp/sp/p' } : {}), ...(flags.some((f) => f.startsWith('spin')) ? { extra: { session: { intra_op: { allow_spinning: '1', ...(Number(flags.find((f) => f.startsWith('spin'))!.slice(4)) ? { spin_duration_us: flags.find((f) => f.startsWith('spin'))!.slice(4) } : {}) } } } } : {}), ...(flags.includes('noarena') ? { enableCpuMemArena: false } : {}) });
  if (prof && (!biggest || bytes.length > biggest.size)) biggest = { s, size: bytes.length };
  return s;
};
const shape = SHAPES.find((s) => s.name === name)!;
const sup = Math.round(Number(share) * shape.length);
const dir = await writeTask(shape, { supervisedTokens: sup, threads: 2 });
const task = await readTask(dir);
const { model, weights } = await loadModel(dir);
const backend = await onnxBackend({ threads: 2 });
const length = task.inputIds.length;
const trainer = await Trainer.create(backend, model, weights, { rows: 1, length, capacity: supervisedCapacity(sup, { rows: 1, length }) }, { learningRate: () => 1e-4, betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0.1, clip: 1 });
const batch = { rows: 1, length, inputIds: Int32Array.from(task.inputIds), positions: Int32Array.from({ length }, (_, t) => t), segmentIds: new Int32Array(length), targets: Int32Array.from(task.targets), weights: Float32Array.from(task.targets, (t) => (t >= 0 ? 1 : 0)), supervisedTokens: sup, supervisedWeight: sup, totalTokens: length, examples: [0] };
const spent: Record<string, number[]> = {};
if (flags.includes('parts')) { const b: any = backend; const compile = b.compile.bind(b); b.compile = async (pr: any) => { const ex = await compile(pr); const key = Object.keys(pr.outputs).includes('loss') ? 'gradients' : Object.keys(pr.outputs).includes('squares') ? 'squares' : 'update'; const run = ex.run.bind(ex); ex.run = async (...a: any[]) => { const t = performance.now(); const r = await run(...a); (spent[key] ??= []).push(performance.now() - t); return r; }; return ex; }; }
const n = Number(flags.find((f) => /^\d+$/.test(f)) ?? 6);
const ts: number[] = [], cs: number[] = [];
let loss = 0;
for (let i = 0; i < n + 1; i++) { const t = performance.now(), c = process.cpuUsage(); loss = (await trainer.update([batch])).loss; const u = process.cpuUsage(c); if (i > 0) { ts.push(performance.now() - t); cs.push((u.user + u.system) / 1000); } }
for (const [k, v] of Object.entries(spent)) console.log('  ', k, v.slice(1).sort((x, y) => x - y)[(v.length - 1) >> 1]!.toFixed(1));
const med = (a: number[]) => a.toSorted((x, y) => x - y)[a.length >> 1]!;
console.log(name, share, flags.join(' '), 'step ms', med(ts).toFixed(0), 'min', Math.min(...ts).toFixed(0), 'cpu', med(cs).toFixed(0), 'loss', loss, 'rss peak MB', (Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024).toFixed(0));
if (biggest) {
  biggest.s.endProfiling();
  const best = readdirSync('/tmp/sp').filter((f) => f.startsWith('p_') || /^p.*json$/.test(f)).map((f) => '/tmp/sp/' + f);
  let data: any[] = [];
  for (const f of best) { let d: any[] = []; try { d = JSON.parse(readFileSync(f, 'utf8')); } catch {} if (d.length > data.length) data = d; }
  for (const f of best) unlinkSync(f);
  const by = new Map<string, { us: number; n: number }>();
  let total = 0;
  for (const e of data) if (e.cat === 'Node' && e.name.endsWith('kernel_time')) {
    const shp = (a: any) => (a ?? []).map((o: any) => Object.values(o)[0] as number[]).map((s) => s.join('x')).join(',');
    const op = flags.includes('byprog') ? e.name.replace(/_kernel_time$/, '').replace(/^.*?:/, '').replace(/\/\d+$/, '') + ' ' + e.args.op_name : e.args.op_name;
    const key = flags.includes('ops') || flags.includes('byprog') ? op : `${op} ${shp(e.args.input_type_shape)} -> ${shp(e.args.output_type_shape)}`;
    const v = by.get(key) ?? { us: 0, n: 0 }; v.us += e.dur; v.n++; by.set(key, v); total += e.dur;
  }
  const steps = n + 1;
  console.log('graph ms/step', (total / 1000 / steps).toFixed(0));
  for (const [k, v] of [...by].sort((a, b) => b[1].us - a[1].us).slice(0, 45)) console.log((v.us / 1000 / steps).toFixed(1).padStart(8), (100 * v.us / total).toFixed(1).padStart(5) + '%', String(v.n / steps).padStart(5), k);
}
process.exit(0);
