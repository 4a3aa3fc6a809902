import * as grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";

/** Lines under a resource in the output of `pulumi up`. */
export class EngineLog {
  readonly #client: engineService.EngineClient;

  constructor(address: string) {
    this.#client = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  }

  warn(urn: string, message: string): void {
    this.#log(engine.LogSeverity.WARNING, urn, message, false);
  }

  /** Shown while the resource is under way and gone afterwards. */
  status(urn: string, message: string): void {
    this.#log(engine.LogSeverity.INFO, urn, message, true);
  }

  #log(severity: engine.LogSeverity, urn: string, message: string, ephemeral: boolean): void {
    const request = new engine.LogRequest()
      .setSeverity(severity)
      .setUrn(urn)
      .setMessage(message)
      .setEphemeral(ephemeral);
    // A line that the engine does not take any more is lost, and nothing else is.
    this.#client.log(request, () => undefined);
  }
}
