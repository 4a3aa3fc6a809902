import { Job, type JobArgs } from "@pulumi/kubernetes/batch/v1/job.js";
import * as pulumi from "@pulumi/pulumi";
import { bookWyrmJob } from "./job.ts";
import type { Release } from "./pod.ts";

export interface SmokeTestArgs {
  readonly release: Release;
  /** Changes when the registry's credentials do, so that new ones are tried before pods need them. */
  readonly registrySecretUid: pulumi.Input<string>;
  /** How long a node may take to pull the image and import the code. */
  readonly timeoutMinutes: number;
  /** Must exist before the first pod of this release does. */
  readonly guards: readonly pulumi.Resource[];
}

/** Imports what web and workers import, and compares the version in the image with the one in its tag. */
const SCRIPT = `\
import pathlib, sys
import bookwyrm.wsgi, celerywyrm.celery

expected = sys.argv[1]
found = pathlib.Path("VERSION").read_text().strip()
if found != expected:
    sys.exit(f"the image holds BookWyrm {found}, its tag names {expected}")
print(f"BookWyrm {found} imports")
`;

/** Proves on a node of this cluster that the image can be pulled with its secret and holds its code. */
export class SmokeTest extends pulumi.ComponentResource {
  readonly job: Job;

  constructor(name: string, args: SmokeTestArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:SmokeTest", name, {}, opts);
    this.job = new Job(name, smokeTestJob(name, args), {
      parent: this,
      dependsOn: [...args.guards],
      customTimeouts: { create: `${args.timeoutMinutes.toString()}m` },
    });
    this.registerOutputs({ name: this.job.metadata.name });
  }
}

export const smokeTestJob = (
  name: string,
  { release, registrySecretUid, timeoutMinutes }: Omit<SmokeTestArgs, "guards">,
): JobArgs =>
  bookWyrmJob(
    release,
    {
      component: "smoke",
      name,
      containers: [{ name: "smoke", command: ["python", "-c", SCRIPT, release.image.version] }],
      resources: {
        requests: { cpu: "100m", memory: "256Mi" },
        limits: { memory: "512Mi" },
      },
      terminationGracePeriodSeconds: 10,
      annotations: { "bookwyrm.org/registry-secret-uid": registrySecretUid },
    },
    timeoutMinutes,
  );
