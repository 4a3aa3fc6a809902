import { ask, type HttpResponse } from "../http.ts";
import type { Check } from "../check.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { PodSpec } from "../cluster/objects.ts";
import type { Reading } from "../cluster/reading.ts";
import { isReady, ownedPods } from "../cluster/workloads.ts";
import { count, fail, type Finding, outcomeOf, unknown } from "../findings.ts";
import type { Expected } from "./expected.ts";

export interface ServedVersionArgs {
  readonly cluster: Pick<Cluster, "ask">;
  readonly reading: Reading;
  readonly expected: Expected;
  /** Where browsers reach the site, for example `https://books.example.org`; left out, only the cluster is asked. */
  readonly publicUrl?: URL;
  /** PEM of the authority that signed the site's certificate, where the public ones did not. */
  readonly ca?: string;
}

/** BookWyrm reads the version from a file of its image when it starts, and asks the database for this page. */
const PATH = "/nodeinfo/2.0";
/** The page counts rows: a large site must not be asked by all of its pods together. */
const AT_ONCE = 10;
/** Names of the Service and of the container's port, as components/web.ts makes them. */
const SERVICE = "web";
const PORT = "http";

/**
 * Every web pod, the Service, and the public address report the pinned version. Pods are asked one by
 * one, since a Service answers from one of them and an ingress can answer from a cache.
 */
export const servedVersionCheck = (args: ServedVersionArgs): Check => ({
  id: "served-version",
  run: async (signal) => {
    const { cluster, reading, expected, publicUrl, ca } = args;
    const { owned } = await ownedPods(
      reading,
      expected.workloads.filter(({ component }) => component === "web"),
    );
    const pods = [...owned.values()].flat().filter(isReady);
    const inside = { port: PORT, path: PATH, host: expected.domain };
    const places: Place[] = [
      ...pods.map(({ metadata: { name }, spec }) => ({
        name,
        answer: () => cluster.ask({ ...inside, kind: "pods", name, port: portOf(spec) }, signal),
      })),
      {
        name: `service ${SERVICE}`,
        answer: () => cluster.ask({ ...inside, kind: "services", name: SERVICE }, signal),
      },
      ...(publicUrl === undefined ? [] : [publicPlace(publicUrl, signal, ca)]),
    ];
    const findings: Finding[] = [];
    for (let index = 0; index < places.length; index += AT_ONCE) {
      const batch = places.slice(index, index + AT_ONCE);
      findings.push(
        ...(await Promise.all(batch.map((place) => judge(place, expected.version)))).flat(),
      );
    }
    const noPods = pods.length === 0 ? [fail("no web pod is ready to be asked")] : [];
    return outcomeOf([...noPods, ...findings], {
      passed: `BookWyrm ${expected.version} answers from ${count(pods.length, "pod")}, through the Service${publicUrl === undefined ? "" : ` and at ${publicUrl.host}`}.`,
      evidence:
        publicUrl === undefined ? ["no public address is configured, so none was asked"] : [],
      remedy:
        "A pod with another version runs another image: see images-running. Where only the public address differs, look at the ingress and its cache.",
    });
  },
});

/** The API server takes a Service's ports by name, a pod's by number. */
const portOf = ({ containers }: PodSpec): string =>
  containers
    .flatMap(({ ports = [] }) => ports)
    .find(({ name }) => name === PORT)
    ?.containerPort.toString() ?? PORT;

interface Place {
  readonly name: string;
  readonly answer: () => Promise<HttpResponse>;
}

/** @param ca left out, the public authorities are trusted */
const publicPlace = (base: URL, signal: AbortSignal, ca: string | undefined): Place => ({
  name: base.host,
  answer: () =>
    ask(new URL(PATH, base), {
      headers: { "cache-control": "no-cache" },
      signal,
      ...(ca !== undefined && { ca }),
    }),
});

async function judge({ name, answer }: Place, version: string): Promise<Finding[]> {
  let response: HttpResponse;
  try {
    response = await answer();
  } catch (error) {
    return [unknown(`${name} did not answer: ${error instanceof Error ? error.message : ""}`)];
  }
  const { status } = response;
  const { kind, message, software } = read(response.body.toString());
  if (kind === "Status" && NOT_ASKED.includes(status)) {
    return [unknown(`${name} could not be asked through the API server: ${String(message)}`)];
  }
  if (status === FORBIDDEN) {
    return [unknown(`${name} answers 403: BookWyrm hides its version while federation is off`)];
  }
  if (status !== 200) {
    const reason = kind === "Status" ? `: ${String(message)}` : "";
    return [fail(`${name} answers ${PATH} with ${status.toString()}${reason}`)];
  }
  const found = software?.version;
  if (typeof found !== "string") return [fail(`${name} answers ${PATH} without a version`)];
  return found === version ? [] : [fail(`${name} serves ${found}, pinned is ${version}`)];
}

const FORBIDDEN = 403;
/** With a Status of the API server: it did not pass the question on. */
const NOT_ASKED: readonly number[] = [401, FORBIDDEN, 404];

interface Answer {
  readonly software?: { readonly version?: unknown };
  /** Of an answer by the API server itself. */
  readonly kind?: unknown;
  readonly message?: unknown;
}

function read(body: string): Answer {
  try {
    return (JSON.parse(body) as Answer | null) ?? {};
  } catch {
    return {};
  }
}
