import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Check,
  type CheckResult,
  isBlocking,
  type Outcome,
  runChecks,
} from "../../checks/check.ts";
import { NoAnswer } from "../../checks/no-answer.ts";

const TIMEOUT = { timeoutMs: 5_000 };

const check = (id: string, run: Check["run"]): Check => ({ id, run });

const after = (ms: number, outcome: Outcome) => (): Promise<Outcome> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms, outcome);
  });

const pass: Outcome = { verdict: "pass", summary: "All is well." };

const withoutTimes = (results: readonly CheckResult[]): object[] =>
  results.map(({ milliseconds, ...rest }) => rest);

test("the results are in the order of the checks, and are told in the order in which they end", async () => {
  const ended: string[] = [];
  const results = await runChecks(
    [
      check("slow", after(60, pass)),
      check("fast", after(5, pass)),
      check("medium", after(30, pass)),
    ],
    { ...TIMEOUT, onResult: ({ id }) => ended.push(id) },
  );
  assert.deepEqual(
    results.map(({ id }) => id),
    ["slow", "fast", "medium"],
  );
  assert.deepEqual(ended, ["fast", "medium", "slow"]);
});

test("checks run at once: each can wait for the other", async () => {
  const { promise: first, resolve: firstRuns } = Promise.withResolvers<Outcome>();
  const { promise: second, resolve: secondRuns } = Promise.withResolvers<Outcome>();
  const results = await runChecks(
    [
      check("first", () => {
        firstRuns(pass);
        return second;
      }),
      check("second", () => {
        secondRuns(pass);
        return first;
      }),
    ],
    TIMEOUT,
  );
  assert.deepEqual(
    results.map(({ verdict }) => verdict),
    ["pass", "pass"],
  );
});

test("what a check throws is an unknown with its message, and the others still run", async () => {
  const results = await runChecks(
    [
      check("rejects", () => Promise.reject(new Error("the registry said 503"))),
      check("throws", () => {
        throw new Error("a bug before the first await");
      }),
      check("passes", after(20, pass)),
    ],
    TIMEOUT,
  );
  const remedy = "Mend what the message names, and run it again.";
  assert.deepEqual(withoutTimes(results), [
    { id: "rejects", verdict: "unknown", summary: "the registry said 503", remedy },
    { id: "throws", verdict: "unknown", summary: "a bug before the first await", remedy },
    { id: "passes", ...pass },
  ]);
});

test("a check that hangs is an unknown when its time is up, and the others keep their result", async () => {
  const began = performance.now();
  // Nothing in this promise keeps the process alive either.
  const results = await runChecks(
    [check("hangs", () => new Promise(() => undefined)), check("passes", after(5, pass))],
    { timeoutMs: 100 },
  );
  const took = performance.now() - began;
  assert.deepEqual(withoutTimes(results), [
    {
      id: "hangs",
      verdict: "unknown",
      summary: "No answer within 0.1 s.",
      remedy: "Run it again; if it stays so, look at the service that this check asks.",
    },
    { id: "passes", ...pass },
  ]);
  assert.ok(took < 1_000, `took ${took.toString()} ms`);
});

test("a check is told to stop when its time is up", async () => {
  const { promise: aborted, resolve } = Promise.withResolvers<boolean>();
  await runChecks(
    [
      check("listens", (signal) => {
        signal.addEventListener("abort", () => {
          resolve(signal.aborted);
        });
        return after(1_000, pass)();
      }),
    ],
    { timeoutMs: 30 },
  );
  assert.equal(await aborted, true);
});

test("a check whose time is up says whom it waited for, and passes nothing any more", async () => {
  const onAbort = (signal: AbortSignal, then: () => void): void => {
    signal.addEventListener("abort", then);
  };
  const remedy = "Look at the registry.";
  const aborted = new DOMException("This operation was aborted", "AbortError");
  const results = await runChecks(
    [
      check("says", (signal) => {
        const { promise, reject } = Promise.withResolvers<Outcome>();
        onAbort(signal, () => {
          reject(new NoAnswer("the registry did not answer in time", remedy));
        });
        return promise;
      }),
      check("passes too late", (signal) => {
        const { promise, resolve } = Promise.withResolvers<Outcome>();
        onAbort(signal, () => {
          resolve(pass);
        });
        return promise;
      }),
      check("stops without a word", (signal) => {
        const { promise, reject } = Promise.withResolvers<Outcome>();
        onAbort(signal, () => {
          reject(aborted);
        });
        return promise;
      }),
    ],
    { timeoutMs: 100 },
  );
  assert.deepEqual(
    results.map(({ verdict, summary }) => `${verdict}: ${summary}`),
    [
      "unknown: the registry did not answer in time",
      "unknown: No answer within 0.1 s.",
      "unknown: No answer within 0.1 s.",
    ],
  );
  assert.equal(results[0]?.remedy, remedy);
});

test("fail and unknown block, pass and skipped do not", () => {
  const verdicts = ["pass", "fail", "unknown", "skipped"] as const;
  assert.deepEqual(
    verdicts.filter((verdict) => isBlocking({ verdict, summary: "" })),
    ["fail", "unknown"],
  );
});
