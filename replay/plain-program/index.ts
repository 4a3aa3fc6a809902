import { Deployment, type DeploymentArgs } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import * as pulumi from "@pulumi/pulumi";

/** The team's manifest of web as a Pulumi program, for the policy pack to judge. */
const manifest = new pulumi.Config().requireObject<DeploymentArgs>("manifest");
new Deployment("web", manifest, { provider: new Provider("cluster") });
