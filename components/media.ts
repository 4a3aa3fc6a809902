import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim.js";
import * as pulumi from "@pulumi/pulumi";
import type { MediaSettings } from "../model/settings.ts";

export interface MediaArgs extends MediaSettings {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
}

/** Uploads, covers and exports: written by web and workers, read by both. */
export class Media extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: MediaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:Media", name, {}, opts);
    const claim = new PersistentVolumeClaim(
      name,
      {
        metadata: { name, namespace: args.namespace, labels: args.labels },
        spec: {
          accessModes: [args.accessMode],
          resources: { requests: { storage: args.storage } },
          ...(args.storageClass !== undefined && { storageClassName: args.storageClass }),
        },
      },
      // A change that replaces the claim would delete every upload.
      { parent: this, protect: true },
    );
    this.name = claim.metadata.name;
    this.registerOutputs({ name: this.name });
  }
}
