import { createServer, request as requestHttp, type ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { listen } from "./loopback.ts";

/** What can become of an answer on its way. */
export const FAULTS = {
  hangs: () => undefined,
  "is reset": (response) => response.socket?.resetAndDestroy(),
  "is cut in the middle": (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "900" });
    response.write('{"sha":"', () => response.socket?.destroy());
  },
  "is a 500 without words": (response) => response.writeHead(500).end(),
  "is a 502 page": (response) =>
    response.writeHead(502, { "content-type": "text/html" }).end("<html>Bad gateway</html>"),
  "is half of its JSON": (response) =>
    response.writeHead(200, { "content-type": "application/json" }).end('{"sha":"'),
  "is JSON of another form": (response) =>
    response.writeHead(200, { "content-type": "application/json" }).end('{"message":"hello"}'),
  "is null": (response) =>
    response.writeHead(200, { "content-type": "application/json" }).end("null"),
  "is empty": (response) => response.writeHead(200).end(),
  "is a log-in page": (response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<html>Please log in</html>"),
  "is a redirect": (response) =>
    response.writeHead(302, { location: "http://127.0.0.1:9/elsewhere" }).end(),
  "is a 429": (response) => response.writeHead(429).end(),
} as const satisfies Record<string, (response: ServerResponse) => unknown>;

export type Fault = keyof typeof FAULTS;

/** Passes all requests on to `upstream` but one, the `at`th, counted from 0. @returns its own address */
export async function faultyProxy(
  context: TestContext,
  upstream: string,
  { fault, at }: { readonly fault: Fault; readonly at: number },
): Promise<string> {
  const target = new URL(upstream);
  let seen = -1;
  const server = createServer((request, response) => {
    seen += 1;
    if (seen === at) {
      FAULTS[fault](response);
      return;
    }
    const forwarded = requestHttp(
      new URL(request.url ?? "/", target.origin),
      { headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    forwarded.on("error", () => response.destroy()).end();
  });
  return `${await listen(server, context)}${target.pathname.replace(/\/$/, "")}`;
}
