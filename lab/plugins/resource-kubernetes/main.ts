import empty from "google-protobuf/google/protobuf/empty_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { serveProvider } from "../provider.ts";
import { unary } from "../serve.ts";
import { Cluster, type Kind } from "./cluster.ts";
import { configure } from "./configuration.ts";
import type { Change } from "./difference.ts";
import { EngineLog } from "./engine.ts";
import { apply, check, diff, type Operations, read, remove } from "./operations.ts";
import { fromStruct, type Json, type JsonObject, reveal, toStruct } from "./values.ts";

// Stands in for the official Kubernetes provider where that is not installed: the engine's protocol on
// one side, server-side apply on the other. It serves API servers on loopback only.

/** The release whose behaviour this follows. */
const VERSION = "4.34.2";

const cancelled = new AbortController();
const engine = new EngineLog(process.argv.at(-1) ?? "");
let configured: Operations | undefined;

const operations = (): Operations => {
  if (configured === undefined) throw new Error("Configure has not been called");
  return configured;
};

/** `kubernetes:apps/v1:Deployment` is the kind Deployment of apps/v1; the core group has no name. */
function kindOfType(type: string): Kind {
  const [, apiVersion = "", kind = ""] = type.split(":");
  return { apiVersion: apiVersion.replace(/^core\//, ""), kind };
}

async function configureProvider(
  request: provider.ConfigureRequest,
): Promise<provider.ConfigureResponse> {
  const settings: JsonObject = Object.fromEntries(
    Object.entries(reveal(fromStruct(request.getArgs())).value).filter(
      ([name, value]) => name !== "version" && value !== null,
    ),
  );
  const configuration = await configure(settings);
  if (!(configuration.cluster instanceof Cluster)) {
    engine.warn(
      request.getUrn() ?? "",
      `The Kubernetes cluster cannot be reached, so the preview is made from the program alone: ${configuration.cluster.unreachable}`,
    );
  }
  configured = {
    configuration,
    signal: cancelled.signal,
    report: (urn, message) => {
      engine.status(urn, message);
    },
  };
  return new provider.ConfigureResponse()
    .setAcceptsecrets(true)
    .setSupportspreview(true)
    .setSupportsAutonamingConfiguration(true);
}

async function checkResource(request: provider.CheckRequest): Promise<provider.CheckResponse> {
  const options = request.getAutonaming();
  const { Mode } = provider.CheckRequest.AutonamingOptions;
  const inputs = await check(
    operations(),
    fromStruct(request.getNews()),
    fromStruct(request.getOlds()),
    request.getName() || (request.getUrn().split("::").at(-1) ?? ""),
    request.getRandomseed_asU8(),
    options && {
      proposedName: options.getProposedName(),
      isDisabled: options.getMode() === Mode.DISABLE,
    },
  );
  return new provider.CheckResponse().setInputs(toStruct(inputs));
}

async function diffResource(request: provider.DiffRequest): Promise<provider.DiffResponse> {
  const { Kind } = provider.PropertyDiff;
  const kinds: Readonly<
    Record<
      Change,
      readonly [plain: provider.PropertyDiff.Kind, replace: provider.PropertyDiff.Kind]
    >
  > = {
    add: [Kind.ADD, Kind.ADD_REPLACE],
    delete: [Kind.DELETE, Kind.DELETE_REPLACE],
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
  };
  const { changes, replaces, deleteBeforeReplace } = await diff(
    operations(),
    fromStruct(request.getOldInputs()),
    fromStruct(request.getNews()),
    fromStruct(request.getOlds()),
  );
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  const response = new provider.DiffResponse()
    .setChanges(changes.size > 0 ? DIFF_SOME : DIFF_NONE)
    .setReplacesList([...replaces])
    .setDiffsList([...changes.keys()])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [path, change] of changes) {
    const kind = kinds[change][replaces.includes(path) ? 1 : 0];
    response
      .getDetaileddiffMap()
      .set(path, new provider.PropertyDiff().setKind(kind).setInputdiff(true));
  }
  return response;
}

async function createResource(request: provider.CreateRequest): Promise<provider.CreateResponse> {
  const { id, properties } = await apply(operations(), {
    urn: request.getUrn(),
    inputs: fromStruct(request.getProperties()),
    old: undefined,
    timeout: request.getTimeout(),
    isPreview: request.getPreview(),
  });
  return new provider.CreateResponse().setId(id).setProperties(toStruct(properties));
}

async function updateResource(request: provider.UpdateRequest): Promise<provider.UpdateResponse> {
  const { properties } = await apply(operations(), {
    urn: request.getUrn(),
    inputs: fromStruct(request.getNews()),
    old: fromStruct(request.getOlds()),
    timeout: request.getTimeout(),
    isPreview: request.getPreview(),
  });
  return new provider.UpdateResponse().setProperties(toStruct(properties));
}

async function readResource(request: provider.ReadRequest): Promise<provider.ReadResponse> {
  const type = request.getType() || (request.getUrn().split("::")[2]?.split("$").at(-1) ?? "");
  const state = await read(
    operations(),
    kindOfType(type),
    request.getId(),
    fromStruct(request.getProperties()),
    fromStruct(request.getInputs()),
  );
  // An answer without an id tells the engine that the object is gone.
  if (state === undefined) return new provider.ReadResponse();
  return new provider.ReadResponse()
    .setId(state.id)
    .setProperties(toStruct(state.properties))
    .setInputs(toStruct(state.inputs));
}

serveProvider({
  title: "Kubernetes",
  name: "kubernetes",
  version: VERSION,
  cancelled,
  methods: {
    diffConfig: unary(({ request }: { request: provider.DiffRequest }) =>
      Promise.resolve(
        diffProvider(fromStruct(request.getOldInputs()), fromStruct(request.getNews())),
      ),
    ),
    configure: unary(({ request }: { request: provider.ConfigureRequest }) =>
      configureProvider(request),
    ),
    check: unary(({ request }: { request: provider.CheckRequest }) => checkResource(request)),
    diff: unary(({ request }: { request: provider.DiffRequest }) => diffResource(request)),
    create: unary(({ request }: { request: provider.CreateRequest }) => createResource(request)),
    update: unary(({ request }: { request: provider.UpdateRequest }) => updateResource(request)),
    read: unary(({ request }: { request: provider.ReadRequest }) => readResource(request)),
    delete: unary(async ({ request }: { request: provider.DeleteRequest }) => {
      await remove(operations(), fromStruct(request.getProperties()), request.getTimeout());
      return new empty.Empty();
    }),
  },
});

/** Another cluster is another set of objects: all of them are made there anew. */
function diffProvider(olds: JsonObject, news: JsonObject): provider.DiffResponse {
  const isSame = (name: string): boolean =>
    JSON.stringify(setting(olds, name)) === JSON.stringify(setting(news, name));
  const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const changed = [...names].filter((name) => name !== "version" && !isSame(name));
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  return new provider.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changed)
    .setReplacesList(changed.filter((name) => ["context", "cluster"].includes(name)));
}

const setting = (settings: JsonObject, name: string): Json => settings[name] ?? null;
