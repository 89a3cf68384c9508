export { clipScale } from './clip-scale.js';
export { dropoutRates, type ResidualDropoutOption } from './dropout-rates.js';
export { type Evaluation, evaluate } from './evaluate.js';
export { learningRateAt, type Schedule } from './learning-rate.js';
export {
  type MicroBatchShape,
  type ObjectiveOptions,
  objectiveInputs,
  objectiveProgram,
  supervisedCapacity,
} from './objective.js';
export type { AdamWOptions } from './optimizer-programs.js';
export { type StepReport, Trainer, type TrainerOptions, type TrainerState } from './trainer.js';
export { CheckpointError, NonFiniteError, TrainerError } from './trainer-error.js';
export type { TrainingData } from './training-data.js';
export {
  type ActivationCheckpointing,
  type TrainingPrograms,
  type TrainingProgramsOptions,
  trainingPrograms,
} from './training-programs.js';
export { type MeasuredRun, type MeasureOptions, measureRates, type StepRates } from './work/measure-rates.js';
export {
  predictPassSeconds,
  predictRunSeconds,
  predictStepSeconds,
  type RunCounts,
} from './work/predict-seconds.js';
export { type ProgramWork, programWork } from './work/program-work.js';
