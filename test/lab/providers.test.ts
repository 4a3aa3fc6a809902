import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import * as grpc from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";

const PLUGINS = join(import.meta.dirname, "../../lab/plugins");
const VERSIONS = { docker: "5.2.0", kubernetes: "4.34.2" } as const;

/** The provider as the engine starts it: it prints the port that it serves on. */
async function started(
  context: TestContext,
  name: string,
): Promise<providerService.ResourceProviderClient> {
  const child = spawn(process.execPath, [join(PLUGINS, `resource-${name}/main.ts`), "127.0.0.1:1"]);
  child.stderr.pipe(process.stderr);
  const [port] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  const client = new providerService.ResourceProviderClient(
    `127.0.0.1:${port.trim()}`,
    grpc.credentials.createInsecure(),
  );
  context.after(async () => {
    client.close();
    child.kill();
    await once(child, "close");
  });
  return client;
}

/** What a method answers that is called with a callback. */
const answer = <Response>(
  call: (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    call((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });

for (const [name, version] of Object.entries(VERSIONS)) {
  test(`the stand-in for the provider of ${name} answers what the engine asks every provider`, async (context) => {
    const client = await started(context, name);
    const info = await answer<plugin.PluginInfo>((done) =>
      client.getPluginInfo(new empty.Empty(), done),
    );
    assert.equal(info.getVersion(), version);

    await assert.rejects(
      answer((done) => client.handshake(new provider.ProviderHandshakeRequest(), done)),
      {
        code: grpc.status.UNIMPLEMENTED,
      },
    );

    const settings = struct.Struct.fromJavaScript({ host: "unix:///docker.sock" });
    const checked = await answer<provider.CheckResponse>((done) =>
      client.checkConfig(new provider.CheckRequest().setNews(settings), done),
    );
    assert.deepEqual(checked.getInputs()?.toJavaScript(), { host: "unix:///docker.sock" });

    await assert.rejects(
      answer((done) => client.getSchema(new provider.GetSchemaRequest(), done)),
      new RegExp(
        `stand-in for the ${name} provider does not have a schema; .* pulumi plugin install resource ${name}`,
        "i",
      ),
    );
    await answer((done) => client.cancel(new empty.Empty(), done));
  });
}
