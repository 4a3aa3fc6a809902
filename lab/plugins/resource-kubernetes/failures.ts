import * as grpc from "@grpc/grpc-js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import { type JsonObject, toStruct } from "./values.ts";

/** An object that exists but did not become ready: the engine keeps it in its state, and fails. */
export class NotReady extends Error {
  readonly code = grpc.status.UNKNOWN;
  readonly details: string;
  readonly metadata = new grpc.Metadata();

  constructor(
    id: string,
    properties: JsonObject,
    inputs: JsonObject,
    what: string,
    reasons: readonly string[],
  ) {
    const message =
      `Resource "${id}" was created, but did not become ready: ${what}` +
      reasons.map((reason) => `\n    * ${reason}`).join("");
    super(message);
    this.details = message;
    const detail = new provider.ErrorResourceInitFailed()
      .setId(id)
      .setProperties(toStruct(properties))
      .setInputs(toStruct(inputs))
      .setReasonsList([message]);
    const packed = new any.Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const answer = new status.Status()
      .setCode(this.code)
      .setMessage(message)
      .setDetailsList([packed]);
    // How gRPC carries an error with details (google.rpc.Status).
    this.metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  }
}

/** A mistake that the user can mend; the engine prints the message alone. */
export class UserError extends Error {
  readonly code = grpc.status.INVALID_ARGUMENT;
  readonly details: string;
  constructor(message: string) {
    super(message);
    this.details = message;
  }
}
