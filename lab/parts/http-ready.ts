import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";

/** Whether the address answers with one of these status codes. A lab's certificates are not asked for. */
export function answers(url: string, statusCodes: readonly number[] = [200]): Promise<boolean> {
  const request = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const asked = request(url, { rejectUnauthorized: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(statusCodes.includes(response.statusCode ?? 0));
    });
    asked.on("timeout", () => asked.destroy(new Error("timeout")));
    asked.on("error", () => {
      resolve(false);
    });
    asked.end();
  });
}

/** Whether something listens on this TCP port or Unix socket. */
export function listens(
  address: { host: string; port: number } | { path: string },
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => {
      resolve(false);
    });
  });
}
