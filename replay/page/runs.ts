import type { ReplayResult, Run } from "../result.ts";

/** A run, and the letter by which the chart points to it. */
export interface MarkedRun {
  readonly mark: string;
  readonly run: Run;
}

const A = 65;

/** In the order in which they are told. */
export const markedRuns = ({ outage, withAllLayers, ablation }: ReplayResult): MarkedRun[] =>
  [outage, withAllLayers, ...ablation].map((run, index) => ({
    mark: String.fromCharCode(A + index),
    run,
  }));
