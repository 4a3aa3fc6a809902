import { Image } from "@pulumi/docker";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
} from "@pulumi/pulumi";
import type { Plan } from "./plan.ts";

export interface BookWyrmImageArgs {
  readonly plan: Plan;
  /** Folder of the clone. */
  readonly context: string;
  readonly dockerfile: string;
  readonly platform: string;
  readonly registry: {
    readonly server: string;
    readonly username: string;
    readonly password: Input<string>;
  };
}

/** Builds and tests the image, and pushes it where both went well. */
export class BookWyrmImage extends ComponentResource {
  /** With tag and digest. */
  readonly reference: Output<string>;

  constructor(name: string, args: BookWyrmImageArgs, opts?: ComponentResourceOptions) {
    super("bookwyrm:index:Image", name, {}, opts);
    const { plan, context, dockerfile, platform, registry } = args;
    const image = new Image(
      name,
      {
        imageName: `${plan.repository}:${plan.tag}`,
        build: {
          context,
          dockerfile,
          platform,
          args: plan.buildArgs,
          // The stage whose making is the test of the image: a Dockerfile without it is the wrong one.
          target: "tested",
          network: "host",
          builderVersion: "BuilderBuildKit",
        },
        registry,
        skipPush: false,
        buildOnPreview: false,
      },
      { parent: this },
    );
    const digestOf = (repoDigest: string): string => repoDigest.split("@")[1] ?? "";
    this.reference = image.repoDigest.apply(
      (repoDigest) => `${plan.repository}:${plan.tag}@${digestOf(repoDigest)}`,
    );
    this.registerOutputs({ reference: this.reference });
  }
}
