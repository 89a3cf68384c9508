/** What a run tells while it goes: one union, told apart by `type`, whoever looks at it. */
import type { SaveModelOptions } from '@sftkit/model/node';
import type { Evaluation, StepReport } from '@sftkit/trainer';
import type { Base } from '../base/base.js';
import type { Answers } from './answer-prompts.js';
import type { PlannedRun } from './plan-run.js';
import type { MemoryPrediction } from './predict-memory.js';

/** Everything is ready for the first step. */
export interface PreparedEvent {
  readonly type: 'prepared';
  /** Data, reports, findings, refusals, programs: see `PlannedRun`. */
  readonly run: PlannedRun;
  /** What computes, and why this. */
  readonly backend: { readonly name: string; readonly description: string; readonly reason: string };
  readonly memory: MemoryPrediction;
  /** Seconds that the run is going to take; undefined where that cannot be told. */
  readonly seconds: number | undefined;
  /** Tokens that the steps to come are going to see, padding left out. */
  readonly tokens: number;
  /** Where a resumed run stands. */
  readonly resumed: { readonly from: string; readonly step: number } | undefined;
  /** Remarks about the run's directory. */
  readonly notes: readonly string[];
}

/** An optimizer step was made. */
export interface StepEvent extends StepReport {
  readonly type: 'step';
  /** Of the whole run. */
  readonly steps: number;
  readonly secondsLeft: number;
}

/** The held-out examples were evaluated: before the first step (0), between, and after the last. */
export interface EvaluationEvent extends Evaluation {
  readonly type: 'evaluation';
  readonly step: number;
}

/** A prompt of `report.samples` was answered: before the first step (0), and after the last. */
export interface SampleEvent {
  readonly type: 'sample';
  readonly step: number;
  readonly prompt: string;
  readonly answer: string;
  /** Whether the answer ended its turn by itself. */
  readonly endsTurn: boolean;
}

/** Everything that the next step depends on is on the disk. */
export interface CheckpointEvent {
  readonly type: 'checkpoint';
  readonly step: number;
  readonly path: string;
}

/** The run was asked to stop, and did. The last event. */
export interface StoppedEvent {
  readonly type: 'stopped';
  readonly step: number;
  readonly steps: number;
  /** To go on from; undefined where no step was made, or nothing is written. */
  readonly checkpoint: string | undefined;
}

/** The run is done. The last event. */
export interface FinishedEvent {
  readonly type: 'finished';
  readonly before: Measured;
  readonly after: Measured;
  /** As `summary.json` has it. */
  readonly summary: RunSummary;
  /** Directories and files that were written; undefined where nothing is written. */
  readonly written: { readonly model: string; readonly best?: string; readonly summary: string } | undefined;
  /** The trained model, where nothing is written. */
  readonly trained: Base | undefined;
}

export type RunEvent =
  | PreparedEvent
  | StepEvent
  | EvaluationEvent
  | SampleEvent
  | CheckpointEvent
  | StoppedEvent
  | FinishedEvent;

/** What is measured before the first step and after the last. */
export interface Measured {
  /** Undefined where nothing is held out. */
  readonly evaluation: Evaluation | undefined;
  readonly answers: Answers;
}

/** The evaluation with the lowest held-out loss. */
export interface BestEvaluation {
  readonly step: number;
  readonly heldOutLoss: number;
}

/** What a run has to remember besides its parameters, to go on as if it had never stopped. */
export interface RunProgress {
  readonly before: Measured;
  readonly best: BestEvaluation | undefined;
  /** Evaluations since the best one. */
  readonly sinceBest: number;
}

/** The files of a model directory, its weights left out. */
export type ModelFiles = Omit<SaveModelOptions, 'weights' | 'format'>;

export type RunSummary = Readonly<Record<string, unknown>> & {
  readonly heldOutLossBefore: number | null;
  readonly heldOutLossAfter: number | null;
  readonly tokensPerSecond: number | null;
  readonly backend: string;
  readonly seconds: number;
  /** Most memory of the process, in bytes; null where nothing is written. */
  readonly peakMemoryBytes: number | null;
  /** That were made. */
  readonly steps: number;
  /** Whether `evaluate.patience` ended the run before its last step. */
  readonly stoppedEarly: boolean;
  readonly best: BestEvaluation | null;
};
