import * as v from "valibot";
import { basic, type RegistryOptions, refused, unexpected } from "./authentication.ts";
import { RegistryError } from "./registry-error.ts";
import { type RetentionPolicy, retentionPolicy } from "./retention.ts";
import { send } from "./transport.ts";

const severity = v.picklist(["None", "Unknown", "Negligible", "Low", "Medium", "High", "Critical"]);
export type Severity = v.InferOutput<typeof severity>;

const artifact = v.object({
  digest: v.string(),
  tags: v.nullish(v.array(v.object({ name: v.string(), immutable: v.optional(v.boolean()) }))),
  scan_overview: v.nullish(
    v.record(v.string(), v.object({ scan_status: v.string(), severity: v.optional(severity) })),
  ),
});
const project = v.object({
  project_id: v.number(),
  registry_id: v.nullish(v.number()),
  metadata: v.nullish(v.object({ retention_id: v.optional(v.string()) })),
});
const robots = v.array(
  v.object({ name: v.string(), expires_at: v.number(), disable: v.optional(v.boolean()) }),
);
const gcSchedule = v.object({
  /** JSON in a string. */
  job_parameters: v.optional(v.string()),
  schedule: v.object({ type: v.optional(v.string()), cron: v.optional(v.string()) }),
});

export type Artifact = v.InferOutput<typeof artifact>;
export type Project = v.InferOutput<typeof project>;
/** `expires_at` in seconds since 1970; -1 is never. */
export type HarborRobot = v.InferOutput<typeof robots>[number];
/** Its `job_parameters` name what it deletes; `schedule.type` is None or missing where it never runs by itself. */
export type GcSchedule = v.InferOutput<typeof gcSchedule>;

const PAGE_SIZE = 100;

/** Reads what Harbor's own API (v2.0) says about an image; its account needs more than `pull`. */
export class HarborClient {
  readonly #options: RegistryOptions;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** @param path as in a reference: the project, and the repository in it. @throws RegistryError */
  async artifact(path: string, digest: string, signal: AbortSignal): Promise<Artifact> {
    const [name = "", ...rest] = path.split("/");
    // Harbor decodes twice, so that a / in the repository is no part of the route.
    const repository = encodeURIComponent(encodeURIComponent(rest.join("/")));
    const query = "with_tag=true&with_immutable_status=true&with_scan_overview=true";
    const route = `projects/${name}/repositories/${repository}/artifacts/${digest}?${query}`;
    const found = await this.#get(route, artifact, signal);
    if (found.digest === digest) return found;
    throw new RegistryError(
      "invalid answer",
      `Asked about ${path}@${digest}, Harbor answers about ${found.digest}`,
    );
  }

  /** @throws RegistryError */
  project(path: string, signal: AbortSignal): Promise<Project> {
    return this.#get(`projects/${path.split("/")[0] ?? ""}`, project, signal);
  }

  /** @param id `retention_id` of the project's metadata. @throws RegistryError */
  retention(id: string, signal: AbortSignal): Promise<RetentionPolicy> {
    return this.#get(`retentions/${id}`, retentionPolicy, signal);
  }

  /**
   * For administrators of the whole Harbor only. Without a schedule, the answer has no body.
   *
   * @throws RegistryError
   */
  async gcSchedule(signal: AbortSignal): Promise<GcSchedule | undefined> {
    const { url, body } = await this.#answer("system/gc/schedule", signal);
    return body.length === 0 ? undefined : parsed(url, body, gcSchedule);
  }

  /**
   * By its full name, `robot$...`; those of the project are looked through, then the system's, where this
   * account may list them: Harbor shows them to administrators only.
   *
   * @throws RegistryError
   */
  async robot(path: string, name: string, signal: AbortSignal): Promise<HarborRobot | undefined> {
    const { project_id: id } = await this.project(path, signal);
    const ofProject = encodeURIComponent(`Level=project,ProjectID=${id.toString()}`);
    const robot = await this.#robotAmong(`q=${ofProject}&`, name, signal);
    if (robot !== undefined) return robot;
    return this.#robotAmong("", name, signal).catch((error: unknown) => {
      if (error instanceof RegistryError && error.fault === "refused") return undefined;
      throw error;
    });
  }

  async #robotAmong(
    query: string,
    name: string,
    signal: AbortSignal,
  ): Promise<HarborRobot | undefined> {
    for (let page = 1; ; page++) {
      const route = `robots?${query}page=${page.toString()}&page_size=${PAGE_SIZE.toString()}`;
      const found = await this.#get(route, robots, signal);
      const robot = found.find((candidate) => candidate.name === name);
      if (robot !== undefined || found.length < PAGE_SIZE) return robot;
    }
  }

  async #get<T>(
    route: string,
    schema: v.GenericSchema<unknown, T>,
    signal: AbortSignal,
  ): Promise<T> {
    const { url, body } = await this.#answer(route, signal);
    return parsed(url, body, schema);
  }

  async #answer(route: string, signal: AbortSignal): Promise<{ url: URL; body: Buffer }> {
    const { host, ca, credentials } = this.#options;
    const url = new URL(`https://${host}/api/v2.0/${route}`);
    const headers = credentials && { authorization: basic(credentials) };
    const response = await send(url, {
      signal,
      ...(ca !== undefined && { ca }),
      ...(headers && { headers }),
    });
    const { status, body } = response;
    if (status === 404) throw new RegistryError("not found", `${host} knows no ${url.pathname}`);
    if (status === 401 || status === 403) throw refused(url, credentials);
    if (status !== 200) throw unexpected(url, response);
    return { url, body };
  }
}

function parsed<T>({ host, pathname }: URL, body: Buffer, schema: v.GenericSchema<unknown, T>): T {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), body.toString());
  if (result.success) return result.output;
  throw new RegistryError("invalid answer", `${host}${pathname} does not answer as Harbor does`);
}
