/** Gives a page the conformance suite as a function. */
import { describeAdapter } from '../src/gpu/describe-adapter.js';
import { conformanceReport } from './conformance-report.js';

Object.assign(globalThis, { conformanceReport, describeAdapter });
