import * as grpc from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { UserError } from "./resource-kubernetes/failures.ts";
import { serve, unary } from "./serve.ts";

interface ProviderArgs {
  /** As a message says it. */
  readonly title: string;
  /** As `pulumi plugin install` says it. */
  readonly name: string;
  /** The release of the official provider whose behaviour this follows. */
  readonly version: string;
  /** Aborted where the engine cancels its operation. */
  readonly cancelled: AbortController;
  /** What this provider does: how it is configured, and how its resources are made. */
  readonly methods: grpc.UntypedServiceImplementation;
}

/** Serves a provider that stands in for an official one, with what every such provider answers alike. */
export function serveProvider({ title, name, version, cancelled, methods }: ProviderArgs): void {
  const unsupported = (what: string) =>
    unary(() => {
      throw new UserError(
        `The stand-in for the ${title} provider does not ${what}; ` +
          `install the official one: pulumi plugin install resource ${name}`,
      );
    });
  serve(providerService.ResourceProviderService, {
    // Optional in the protocol: the engine goes on without it.
    handshake: unary(() => {
      throw Object.assign(new Error("no handshake"), { code: grpc.status.UNIMPLEMENTED });
    }),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(version)),
    getSchema: unsupported("have a schema"),
    checkConfig: unary(({ request }: { request: provider.CheckRequest }) =>
      new provider.CheckResponse().setInputs(request.getNews()),
    ),
    cancel: unary(() => {
      cancelled.abort();
      return new empty.Empty();
    }),
    invoke: unsupported("run functions"),
    call: unsupported("call methods"),
    construct: unsupported("construct components"),
    ...methods,
  });
}
