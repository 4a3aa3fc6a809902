import { rollingUpdate } from "../../components/rollout.ts";
import { webProbes } from "../../components/web.ts";
import { lastLine } from "../run.ts";
import { DOMAIN } from "../site-objects.ts";
import type { Layer } from "./layer.ts";

/** Longer than a good release takes here, and much longer than a bad one needs to die. */
const STATUS_SECONDS = 20;

const hardening = { rollout: rollingUpdate(1), probes: webProbes(DOMAIN) };

/** A new pod must answer, and go on answering, before an old one goes. */
export const rollout: Layer = {
  name: "rollout",
  hardening,
  tries: async ({ bench: { site, repository } }) => {
    await site.deploy(repository.moving, hardening);
    const { exitCode, output } = await site.rolloutStatus(STATUS_SECONDS);
    return exitCode === 0
      ? undefined
      : {
          outcome: "stopped",
          by: "readiness probe, minReadySeconds and maxUnavailable",
          evidence: `kubectl rollout status: ${lastLine(output)} (exit code ${exitCode.toString()})`,
        };
  },
};
