import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setDefaultCACertificates } from "node:tls";
import { type Check, type CheckResult, runChecks } from "../../checks/check.ts";
import { AUTHORITIES, type Fault, FAULTS } from "../support/faults.ts";
import { type FaultyProxy, faultyProxy } from "../support/faulty-proxy.ts";
import { type NetworkCall, OTHER_CALLS } from "../support/network-calls.ts";
import { REGISTRY_CALLS } from "../support/registry-calls.ts";

// For those who trust what Node.js does.
setDefaultCACertificates([AUTHORITIES]);

const CALLS: readonly NetworkCall[] = [...REGISTRY_CALLS, ...OTHER_CALLS];
/** Nothing waits that long; a machine with other work may. */
const TIMEOUT_MS = 30_000;

async function resultOf(check: Check): Promise<CheckResult> {
  const [result] = await runChecks([check], { timeoutMs: TIMEOUT_MS });
  assert.ok(result);
  return result;
}

/** The check's time is up once it waits for an answer that does not come. */
const givenUp = ({ id, run }: Check, { firstStrike }: FaultyProxy): Check => ({
  id,
  run: (signal) => {
    const time = new AbortController();
    void firstStrike.then(() => {
      time.abort();
    });
    return run(AbortSignal.any([signal, time.signal]));
  },
});

function assertShowsNoCredential(result: CheckResult, { credentials }: FaultyProxy): void {
  const shown = JSON.stringify(result);
  assert.doesNotMatch(shown, /dummy-/);
  for (const credential of credentials()) assert.ok(!shown.includes(credential), shown);
}

/** Faults that would be none: where no schedule is set, Harbor answers with nothing. */
const isNone = ({ name, without = [] }: NetworkCall, faultName: string, { kind }: Fault): boolean =>
  without.includes(kind) || (name.includes("schedule") && faultName === "is answered with nothing");

describe("every call of guards and verification", { concurrency: 4 }, () => {
  for (const call of CALLS) {
    test(`${call.name}: passes over TLS, and whatever befalls it is no pass`, async (context) => {
      const upstream = await call.serve(context);
      const sound = await faultyProxy(context, upstream);
      const untouched = await resultOf(call.check(sound.address));
      assert.equal(untouched.verdict, call.verdict ?? "pass", untouched.summary);
      const faults = Object.entries(FAULTS).filter(([name, fault]) => !isNone(call, name, fault));
      await Promise.all(
        faults.map(async ([name, fault]) => {
          const { is: of, isAskedOnce = false } = call;
          const proxy = await faultyProxy(context, upstream, {
            ...{ fault, of, isFromTheStart: isAskedOnce },
          });
          const check = call.check(proxy.address);
          const isSilent = name === "is never answered";
          const result = await resultOf(isSilent ? givenUp(check, proxy) : check);
          const what = `${name}: ${result.summary}`;
          assert.ok(proxy.struck() > 0, `${what}: it was never asked`);
          const isProof = call.fails?.test(name) === true;
          assert.equal(result.verdict, isProof ? "fail" : "unknown", what);
          if (!isProof || fault.kind !== "digest") {
            assert.match(result.summary, fault.says ?? call.misread, name);
          }
          assert.ok((result.remedy ?? "").length > 20, `${what}: it says what to do`);
          assertShowsNoCredential(result, proxy);
        }),
      );
    });

    test(`${call.name}: a 503 that passes by itself`, async (context) => {
      const fault = FAULTS["is answered with 503"];
      assert.ok(fault);
      const upstream = await call.serve(context);
      const proxy = await faultyProxy(context, upstream, { fault, of: call.is, times: 1 });
      const { verdict, summary } = await resultOf(call.check(proxy.address));
      assert.equal(verdict, call.isAskedOnce ? "fail" : (call.verdict ?? "pass"), summary);
      assert.equal(proxy.struck(), 1);
    });
  }
});
