import { unlearnableCharacters } from '../examples/prepare-example.js';
import { countRefusals } from '../examples/refusal.js';
import type { TrainingOptions } from '../recipe/recipe-schema.js';
import type { PlannedRun } from './plan-run.js';
import type { BestEvaluation, Measured } from './run-events.js';

/** What `summary.json` says of a run, its speed left out. */
export function summarizeRun(
  { seed }: TrainingOptions,
  run: PlannedRun,
  {
    before,
    after,
    best,
    step,
  }: { before: Measured; after: Measured; best: BestEvaluation | undefined; step: number },
) {
  const { trainReport, heldOutReport, steps } = run;
  return {
    heldOutLossBefore: before.evaluation?.loss ?? null,
    heldOutLossAfter: after.evaluation?.loss ?? null,
    heldOutTokenAccuracyBefore: before.evaluation?.tokenAccuracy ?? null,
    heldOutTokenAccuracyAfter: after.evaluation?.tokenAccuracy ?? null,
    /** Of the evaluations between the steps; null where there were none. */
    best: best ?? null,
    endsTurnBefore: before.answers.endsTurn,
    endsTurnAfter: after.answers.endsTurn,
    endsTurnPrompts: after.answers.prompts,
    samples: after.answers.samples.map((sample, index) => ({
      prompt: sample.prompt,
      before: before.answers.samples[index]?.answer ?? null,
      after: sample.answer,
    })),
    steps: step,
    stoppedEarly: step < steps,
    seed,
    examples: trainReport.kept,
    heldOutExamples: heldOutReport.kept,
    tokens: trainReport.tokens,
    supervisedTokens: trainReport.supervisedTokens,
    supervisedShare: trainReport.supervisedShare,
    packingEfficiency: trainReport.packingEfficiency,
    dropped: trainReport.dropped,
    refused: countRefusals(run.refused),
    straddlingTokens: trainReport.straddlingTokens,
    unlearnableCharacters: unlearnableCharacters(run.train.kept),
    findings: run.findings,
  };
}
