/** `unknown` (could not tell) blocks like `fail`; `skipped` (not configured) never counts as passed. */
export type Verdict = "pass" | "fail" | "unknown" | "skipped";
