export { type Comparison, compareOnBackend } from './compare-on-backend.js';
export type { ConformanceCase, Tolerance } from './conformance-case.js';
export { conformanceCases } from './conformance-cases.js';
export { type ContractCheck, contractChecks } from './contract-checks.js';
export { type ConformanceResult, runConformance } from './run-conformance.js';
export { type TrainingStepsOptions, trainingCheck, trainingSteps } from './training-check.js';
