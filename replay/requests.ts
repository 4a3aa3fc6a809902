import { request } from "node:http";
import type { ServedSecond } from "./result.ts";
import type { Timeline } from "./timeline.ts";

/** Where the site answers: the address of its Service, and the name that it is asked by. */
export interface Target {
  readonly address: string;
  readonly domain: string;
  /** @default 80 */
  readonly port?: number;
}

export interface Served {
  readonly requestsSent: number;
  readonly requestsFailed: number;
  /** Of those seconds in which requests were sent and none was answered. To a tenth. */
  readonly secondsWithoutService: number;
}

interface Sent {
  readonly at: number;
  readonly isServed: boolean;
}

const INTERVAL_MS = 100;
const TIMEOUT_MS = 2_000;
const PORT = 80;
/** Asks the database, so that it is answered only where the whole site works. */
const PATH = "/nodeinfo/2.0";

/** Asks for a page ten times a second, each time with a new connection, as new visitors do. */
export class RequestLoop {
  readonly #timeline: Timeline;
  readonly #sent: Sent[] = [];
  readonly #pending = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  start(target: Target): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      const at = this.#timeline.now();
      const pending = isServed(target).then((isServed) => {
        this.#sent.push({ at, isServed });
        this.#pending.delete(pending);
      });
      this.#pending.add(pending);
    }, INTERVAL_MS);
  }

  /** Every request that was sent has ended then. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.settled();
  }

  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** What was seen of the requests that were sent from one time to another, in seconds. */
  between(from: number, to: number): Served {
    const sent = this.#sent.filter(({ at }) => at >= from && at <= to);
    const unserved = bySecond(sent).filter(({ served }) => served === 0);
    const lost = unserved.reduce((sum, { failed }) => sum + failed, 0);
    return {
      requestsSent: sent.length,
      requestsFailed: sent.filter(({ isServed }) => !isServed).length,
      secondsWithoutService: Math.round((lost * INTERVAL_MS) / 100) / 10,
    };
  }

  seconds(): ServedSecond[] {
    return bySecond(this.#sent);
  }
}

const bySecond = (sent: readonly Sent[]): ServedSecond[] =>
  [...Map.groupBy(sent, ({ at }) => Math.floor(at))]
    .map(([second, group]) => {
      const served = group.filter(({ isServed }) => isServed).length;
      return { second, served, failed: group.length - served };
    })
    .sort((a, b) => a.second - b.second);

/** Whether the site answers this one request. */
export function isServed({ address, domain, port = PORT }: Target): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(
      {
        host: address,
        port,
        path: PATH,
        agent: false,
        headers: { host: domain },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
      (response) => {
        response.resume();
        response.on("end", () => {
          resolve(response.statusCode === 200);
        });
        response.on("error", () => {
          resolve(false);
        });
      },
    );
    asked.on("error", () => {
      resolve(false);
    });
    asked.end();
  });
}
