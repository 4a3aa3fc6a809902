import { Job, type JobArgs } from "@pulumi/kubernetes/batch/v1/job.js";
import * as pulumi from "@pulumi/pulumi";
import { bookWyrmJob } from "./job.ts";
import type { Release } from "./pod.ts";

export interface MigrationArgs {
  readonly release: Release;
  /** Large instances need more than ten minutes for some releases (0220 in BookWyrm 0.8.2). */
  readonly timeoutMinutes: number;
  /** Must have finished before the database is touched. */
  readonly smokeTest: pulumi.Resource;
  /** Postgres and Redis, where they run in the cluster. */
  readonly stores: readonly pulumi.Resource[];
}

/**
 * initdb is due once: before 0.8.6 it cannot be repeated (bookwyrm-social/bookwyrm#3856). It must come
 * before the first request, which would otherwise create the site's settings without install mode.
 * All or nothing, so that an interrupted run is due again.
 */
const INITDB = `\
from django.core.management import call_command
from django.db import transaction
from bookwyrm.models import SiteSettings

if SiteSettings.objects.exists():
    print("initdb ran before")
else:
    with transaction.atomic():
        call_command("initdb")
`;

/** Brings the database to the schema of the image, before any workload of this release starts. */
export class Migration extends pulumi.ComponentResource {
  readonly job: Job;

  constructor(name: string, args: MigrationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:Migration", name, {}, opts);
    this.job = new Job(name, migrationJob(name, args), {
      parent: this,
      dependsOn: [args.smokeTest, ...args.stores],
      customTimeouts: { create: `${args.timeoutMinutes.toString()}m` },
    });
    this.registerOutputs({ name: this.job.metadata.name });
  }
}

export const migrationJob = (
  name: string,
  { release, timeoutMinutes }: Pick<MigrationArgs, "release" | "timeoutMinutes">,
): JobArgs =>
  bookWyrmJob(
    release,
    {
      component: "migration",
      name,
      initContainers: [
        { name: "migrate", command: ["python", "manage.py", "migrate", "--no-input"] },
      ],
      containers: [{ name: "initdb", command: ["python", "manage.py", "shell", "-c", INITDB] }],
      resources: {
        requests: { cpu: "200m", memory: "512Mi" },
        limits: { memory: "1Gi" },
      },
      // A migration that is told to stop gets the time to roll its transaction back.
      terminationGracePeriodSeconds: 120,
    },
    timeoutMinutes,
  );
