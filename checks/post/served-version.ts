import type { Check } from "../check.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { lastWords } from "../cluster/last-words.ts";
import type { Pod, PodSpec } from "../cluster/objects.ts";
import type { Reading } from "../cluster/reading.ts";
import { isReady, ownedPods } from "../cluster/workloads.ts";
import { count, fail, type Finding, outcomeOf, unknown } from "../findings.ts";
import { ask } from "../http.ts";
import { messageOf } from "../text.ts";
import type { Expected } from "./expected.ts";

export interface ServedVersionArgs {
  readonly cluster: Pick<Cluster, "ask" | "execute" | "secret">;
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
/** Names of the Service and of its port, and of the container and its port, as components/web.ts makes them. */
const SERVICE = "web";
const PORT = "http";

/**
 * Every web pod, the Service, and the public address report the pinned version. Pods are asked one by
 * one, since a Service answers from one of them and an ingress can answer from a cache.
 */
export const servedVersionCheck = (args: ServedVersionArgs): Check => ({
  id: "served-version",
  run: async (signal) => {
    const { reading, expected, publicUrl } = args;
    const { owned } = await ownedPods(
      reading,
      expected.workloads.filter(({ component }) => component === "web"),
    );
    const pods = [...owned.values()].flat().filter(isReady);
    const findings: Finding[] = pods.length === 0 ? [fail("no web pod is ready to be asked")] : [];
    for (let index = 0; index < pods.length; index += AT_ONCE) {
      const places = pods.slice(index, index + AT_ONCE).map((pod) => insidePod(args, pod, signal));
      findings.push(...(await judgeAll(places, expected.version)));
    }
    const service = await judge(throughService(args, signal), expected.version);
    const outside = publicUrl === undefined ? [] : [publicly(publicUrl, signal, args.ca)];
    const publicAnswers = await judgeAll(outside, expected.version);
    // A NetworkPolicy may keep the API server away from the pods, and let the ingress in.
    const isServed = publicUrl !== undefined && publicAnswers.length === 0;
    const isKeptOut =
      expected.isWebLimited &&
      findings.length === 0 &&
      service.every(({ isUnreached }) => isUnreached);
    const shown = service.filter(({ verdict }) => (isServed || isKeptOut) && verdict === "unknown");
    const through = shown.length === 0 ? ", through the Service" : "";
    findings.push(...service.filter((finding) => !shown.includes(finding)), ...publicAnswers);
    const atPublic = publicUrl === undefined ? "" : ` and at ${publicUrl.host}`;
    return outcomeOf(findings, {
      passed: `BookWyrm ${expected.version} answers from ${count(pods.length, "pod")}${through}${atPublic}.`,
      evidence: [
        ...shown.map(({ text }) => text),
        ...(publicUrl === undefined ? ["no public address is configured, so none was asked"] : []),
      ],
      remedy:
        "A pod with another version runs another image: see images-running. Where only the public address differs, look at the ingress and its cache.",
    });
  },
});

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Place {
  readonly name: string;
  /** @throws where nobody answers */
  readonly answer: () => Promise<Answer>;
}

/** From within, so that no NetworkPolicy is in the way. */
const SCRIPT = `\
import http.client, sys

host, port, path = sys.argv[1:]
connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
connection.request("GET", path, headers={"Host": host})
response = connection.getresponse()
print(response.status, response.read().decode())
`;

const insidePod = (
  { cluster, expected }: ServedVersionArgs,
  pod: Pod,
  signal: AbortSignal,
): Place => ({
  name: pod.metadata.name,
  answer: async () => {
    const executed = await cluster.execute(
      { pod: pod.metadata.name, container: SERVICE },
      ["python", "-c", SCRIPT, expected.domain, portOf(pod.spec), PATH],
      signal,
    );
    if (executed.exitCode !== 0) {
      throw new Error(await lastWords(executed, { pod, cluster }, signal));
    }
    const [status = "", ...body] = executed.stdout.split(" ");
    return { status: Number(status), body: body.join(" ") };
  },
});

const throughService = ({ cluster, expected }: ServedVersionArgs, signal: AbortSignal): Place => ({
  name: `service ${SERVICE}`,
  answer: async () => {
    const target = { service: SERVICE, port: PORT, path: PATH, host: expected.domain };
    const { status, body } = await cluster.ask(target, signal).catch((error: unknown) => {
      throw new Unreached(messageOf(error), { cause: error });
    });
    const answer = { status, body: body.toString() };
    const { kind, message } = read(answer);
    if (kind === "Status") {
      const text = String(message);
      const said = `the API server says: ${text}`;
      throw text.startsWith(NOT_THROUGH) ? new Unreached(said) : new Error(said);
    }
    return answer;
  },
});

/** The question did not come to whom it was for; a NetworkPolicy may be why. */
class Unreached extends Error {}

/**
 * What the API server says for itself where no connection came about (Kubernetes 1.37, apimachinery,
 * util/proxy/transport.go). That it refuses, or knows no endpoint, is no matter of who may connect.
 */
const NOT_THROUGH = "error trying to reach service";

/** @param ca left out, the public authorities are trusted */
const publicly = (base: URL, signal: AbortSignal, ca: string | undefined): Place => ({
  name: base.host,
  answer: async () => {
    const { status, body } = await ask(new URL(PATH, base), {
      headers: { "cache-control": "no-cache" },
      signal,
      ...(ca !== undefined && { ca }),
    });
    return { status, body: body.toString() };
  },
});

const portOf = ({ containers }: PodSpec): string =>
  containers
    .flatMap(({ ports = [] }) => ports)
    .find(({ name }) => name === PORT)
    ?.containerPort.toString() ?? "80";

const FORBIDDEN = 403;

interface PlaceFinding extends Finding {
  readonly isUnreached?: boolean;
}

const judgeAll = async (places: readonly Place[], version: string): Promise<PlaceFinding[]> =>
  (await Promise.all(places.map((place) => judge(place, version)))).flat();

async function judge({ name, answer }: Place, version: string): Promise<PlaceFinding[]> {
  let answered: Answer;
  try {
    answered = await answer();
  } catch (error) {
    const finding = unknown(`${name} did not answer: ${messageOf(error)}`);
    return [{ ...finding, isUnreached: error instanceof Unreached }];
  }
  const { status } = answered;
  if (status === FORBIDDEN) {
    return [unknown(`${name} answers 403: BookWyrm hides its version while federation is off`)];
  }
  if (status !== 200) return [fail(`${name} answers ${PATH} with ${status.toString()}`)];
  const found = read(answered).software?.version;
  if (typeof found !== "string") return [fail(`${name} answers ${PATH} without a version`)];
  return found === version ? [] : [fail(`${name} serves ${found}, pinned is ${version}`)];
}

interface Page {
  readonly software?: { readonly version?: unknown };
  /** Of an answer by the API server itself. */
  readonly kind?: unknown;
  readonly message?: unknown;
}

function read({ body }: Answer): Page {
  try {
    return (JSON.parse(body) as Page | null) ?? {};
  } catch {
    return {};
  }
}
