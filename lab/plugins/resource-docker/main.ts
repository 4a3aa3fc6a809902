import empty from "google-protobuf/google/protobuf/empty_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { UserError } from "../resource-kubernetes/failures.ts";
import {
  fromStruct,
  hasUnknown,
  isObject,
  type JsonObject,
  conceal,
  reveal,
  textAt,
  toStruct,
} from "../resource-kubernetes/values.ts";
import { serveProvider } from "../provider.ts";
import { unary } from "../serve.ts";
import { contextDigest } from "./context-digest.ts";
import { buildAndPush } from "./docker.ts";

// Stands in for the official Docker provider where that is not installed, for docker.Image alone: Debian's
// Docker on one side, the engine's protocol on the other.

/** The release whose behaviour this follows. */
const VERSION = "5.2.0";
const IMAGE = "docker:index/image:Image";

const cancelled = new AbortController();
let host: string | undefined;

function check(request: provider.CheckRequest): provider.CheckResponse {
  if (!request.getUrn().includes(`${IMAGE}::`)) {
    throw new UserError("The stand-in for the Docker provider knows docker.Image only");
  }
  const news = fromStruct(request.getNews());
  const { value, secrets } = reveal(news);
  const context = textAt(value, "build", "context");
  const dockerfile = textAt(value, "build", "dockerfile");
  const isKnown = context !== undefined && dockerfile !== undefined && !hasUnknown(value);
  if (!isKnown || !isObject(value["build"])) {
    return new provider.CheckResponse().setInputs(toStruct(news));
  }
  const build = { ...value["build"], contextDigest: contextDigest(context, dockerfile) };
  return new provider.CheckResponse().setInputs(toStruct(conceal({ ...value, build }, secrets)));
}

/** A robot with a new password is no other image. */
function built(marked: JsonObject): JsonObject {
  const { registry, ...value } = reveal(marked).value;
  return { ...value, registry: textAt(registry, "server") ?? null };
}

function diff(request: provider.DiffRequest): provider.DiffResponse {
  const olds = built(fromStruct(request.getOldInputs()));
  const news = built(fromStruct(request.getNews()));
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (name) => !isSame(olds[name] ?? null, news[name] ?? null),
  );
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  return new provider.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changed);
}

const isSame = (a: JsonObject[string], b: JsonObject[string]): boolean =>
  JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

const sorted = (value: JsonObject[string]): JsonObject[string] =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => [key, sorted(item)]),
      )
    : value;

async function apply(marked: JsonObject, isPreview: boolean): Promise<JsonObject> {
  const { value, secrets } = reveal(marked);
  if (isPreview) return marked;
  const repoDigest = await buildAndPush({ host, signal: cancelled.signal }, value);
  const outputs: JsonObject = {
    ...value,
    baseImageName: value["imageName"] ?? null,
    context: textAt(value, "build", "context") ?? null,
    dockerfile: textAt(value, "build", "dockerfile") ?? null,
    platform: textAt(value, "build", "platform") ?? null,
    registryServer: textAt(value, "registry", "server") ?? null,
    repoDigest,
  };
  return conceal(outputs, secrets);
}

const answer = <Response>(response: Response) => unary(() => Promise.resolve(response));

serveProvider({
  title: "Docker",
  name: "docker",
  version: VERSION,
  cancelled,
  methods: {
    diffConfig: answer(
      new provider.DiffResponse().setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE),
    ),
    configure: unary(({ request }: { request: provider.ConfigureRequest }) => {
      host = textAt(reveal(fromStruct(request.getArgs())).value, "host");
      return new provider.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
    check: unary(({ request }: { request: provider.CheckRequest }) => check(request)),
    diff: unary(({ request }: { request: provider.DiffRequest }) => diff(request)),
    create: unary(async ({ request }: { request: provider.CreateRequest }) => {
      const properties = await apply(fromStruct(request.getProperties()), request.getPreview());
      return new provider.CreateResponse()
        .setId(request.getPreview() ? "" : (textAt(reveal(properties).value, "imageName") ?? ""))
        .setProperties(toStruct(properties));
    }),
    update: unary(async ({ request }: { request: provider.UpdateRequest }) =>
      new provider.UpdateResponse().setProperties(
        toStruct(await apply(fromStruct(request.getNews()), request.getPreview())),
      ),
    ),
    read: unary(({ request }: { request: provider.ReadRequest }) =>
      new provider.ReadResponse()
        .setId(request.getId())
        .setProperties(request.getProperties())
        .setInputs(request.getInputs()),
    ),
    // As the official provider does: what was pushed may run somewhere.
    delete: answer(new empty.Empty()),
  },
});
