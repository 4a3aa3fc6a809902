import * as grpc from "@grpc/grpc-js";

/** The engine sends whole states in one message. */
const MAX_MESSAGE_BYTES = 1024 * 1024 * 400;

/** How often a plugin looks whether its engine lives. The official ones ask theirs every five minutes. */
const ENGINE_CHECK_MS = 1_000;

/**
 * Serves a plugin's protocol on a free port of loopback and prints the port, as the engine expects. Ends with the
 * engine, also where that was killed and could say nothing.
 */
export function serve(
  service: grpc.ServiceDefinition,
  implementation: grpc.UntypedServiceImplementation,
): void {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(service, implementation);
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port.toString()}\n`);
  });
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) process.exit(1);
  }, ENGINE_CHECK_MS).unref();
}

type Handler<Request, Response> = (call: {
  readonly request: Request;
}) => Promise<Response> | Response;

/** An asynchronous function as a method of a gRPC service. */
export const unary =
  <Request, Response>(
    handler: Handler<Request, Response>,
  ): grpc.handleUnaryCall<Request, Response> =>
  (call, callback) => {
    const answer = async (): Promise<Response> => handler(call);
    answer().then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        callback(asServiceError(error));
      },
    );
  };

/** Keeps the code and the details of an error that has them; anything else is our own bug. */
function asServiceError(error: unknown): Partial<grpc.StatusObject> {
  if (error instanceof Error && "code" in error && typeof error.code === "number") {
    return error as Partial<grpc.StatusObject>;
  }
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: grpc.status.UNKNOWN, details };
}
