import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import { dockerConfigJson } from "../model/docker-config.ts";

export interface RegistrySecretArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** Name that the Secret has in the cluster. */
  readonly secretName: string;
  /** Host with its port, exactly as it stands in image references. */
  readonly registry: string;
  /** For a Harbor robot `robot$project+name`: the `$` belongs to the name. */
  readonly username: string;
  readonly password: pulumi.Input<string>;
}

/** What the nodes log in to the registry with (type kubernetes.io/dockerconfigjson). */
export class RegistrySecret extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  /** Changes whenever the credentials do: the Secret is then made anew. */
  readonly uid: pulumi.Output<string>;

  constructor(name: string, args: RegistrySecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bookwyrm:components:RegistrySecret", name, {}, opts);
    const { registry, username } = args;
    const dockerConfig = pulumi
      .secret(args.password)
      .apply((password) => dockerConfigJson({ registry, username, password }));
    const secret = new Secret(
      name,
      {
        metadata: { name: args.secretName, namespace: args.namespace, labels: args.labels },
        type: "kubernetes.io/dockerconfigjson",
        stringData: { ".dockerconfigjson": dockerConfig },
      },
      { parent: this },
    );
    this.name = secret.metadata.name;
    this.uid = secret.metadata.uid;
    this.registerOutputs({ name: this.name });
  }
}
