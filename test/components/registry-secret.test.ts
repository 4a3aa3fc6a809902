import assert from "node:assert/strict";
import { test } from "node:test";
import { RegistrySecret } from "../../components/registry-secret.ts";
import { record } from "../support/record.ts";

test("a robot's name keeps its $, and the host its port", async () => {
  const [, secret] = await record(() => {
    new RegistrySecret("uostas-registry", {
      namespace: "bookwyrm",
      labels: {},
      secretName: "uostas-registry",
      registry: "127.0.0.1:5443",
      username: "robot$uostas+pull",
      password: "a password",
    });
  });
  assert.equal(secret?.inputs["type"], "kubernetes.io/dockerconfigjson");
  assert.equal(secret.inputs["metadata"].name, "uostas-registry");
  const marked = secret.inputs["stringData"];
  const dockerConfig = (marked.value ?? marked)[".dockerconfigjson"] as string | { value: string };
  const text = typeof dockerConfig === "string" ? dockerConfig : dockerConfig.value;
  assert.deepEqual(JSON.parse(text), {
    auths: {
      "127.0.0.1:5443": {
        username: "robot$uostas+pull",
        password: "a password",
        auth: Buffer.from("robot$uostas+pull:a password").toString("base64"),
      },
    },
  });
});
