import { createHash } from "node:crypto";
import type { HttpResponse } from "../http.ts";
import {
  AuthenticatedRegistry,
  type RegistryOptions,
  refused,
  unexpected,
} from "./authentication.ts";
import {
  childrenOf,
  isIndex,
  MANIFEST_TYPES,
  platformName,
  readConfig,
  readManifest,
} from "./manifest.ts";
import { RegistryError } from "./registry-error.ts";

/** The image for one platform. */
export interface PlatformImage {
  readonly digest: string;
  /** For example `linux/amd64` or `linux/arm64/v8`. */
  readonly platform: string;
  readonly configDigest: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As the image has it, an RFC 3339 time. */
  readonly created: string | undefined;
  readonly layers: readonly Blob[];
}

export interface Blob {
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

export interface RegistryImage {
  readonly digest: string;
  readonly mediaType: string;
  /** Of the manifest, in bytes. */
  readonly size: number;
  /** The platforms of an index, without its attestations; a plain manifest has itself. */
  readonly children: readonly PlatformImage[];
}

const MAX_CHILDREN = 32;

/** An image of one repository, by a tag or a digest. */
interface Address {
  readonly path: string;
  readonly reference: string;
}

/** Reads images by the OCI distribution protocol; all that it returns is checked against its digest. */
export class RegistryClient {
  readonly #options: RegistryOptions;
  readonly #registry: AuthenticatedRegistry;
  readonly #images = new Map<string, Promise<RegistryImage>>();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#registry = new AuthenticatedRegistry(options);
  }

  /** The digest that a tag points at now. @throws RegistryError */
  async resolveTag(path: string, tag: string, signal: AbortSignal): Promise<string> {
    const address = { path, reference: tag };
    const head = await this.#manifest("HEAD", address, signal);
    const named = head.headers["docker-content-digest"];
    if (named !== undefined && /^sha256:[0-9a-f]{64}$/.test(named)) return named;
    const manifest = await this.#manifest("GET", address, signal);
    mediaTypeOf(manifest, `${path}:${tag}`);
    const digest = digestOf(manifest.body);
    verify(manifest, { path, reference: digest });
    return digest;
  }

  /** Asked once, however many checks want it. @throws RegistryError */
  resolveImage(path: string, digest: string, signal: AbortSignal): Promise<RegistryImage> {
    const key = `${path}@${digest}`;
    const known = this.#images.get(key);
    if (known !== undefined) return known;
    const image = this.#readImage(path, digest, signal).catch((error: unknown) => {
      this.#images.delete(key);
      throw error;
    });
    this.#images.set(key, image);
    return image;
  }

  /** The digests of the layers or configs that the registry has lost. @throws RegistryError */
  async missingBlobs(path: string, blobs: readonly Blob[], signal: AbortSignal): Promise<string[]> {
    const found = await Promise.all(
      blobs.map(async ({ digest, size }) => {
        const address = `/v2/${path}/blobs/${digest}`;
        const response = await this.#registry.request(address, pullScope(path), {
          method: "HEAD",
          signal,
        });
        if (response.status === 404) return false;
        this.#judge(response, { path, reference: digest });
        if (!isBlob(response, { digest, size })) {
          throw new RegistryError(
            "invalid answer",
            `${path}@${digest}: neither a digest nor a size of ${size.toString()} bytes`,
          );
        }
        return true;
      }),
    );
    return blobs.filter((_, position) => found[position] !== true).map((blob) => blob.digest);
  }

  /** @returns false where the registry asks nobody who they are. @throws RegistryError refused */
  authenticate(signal: AbortSignal): Promise<boolean> {
    return this.#registry.authenticate(signal);
  }

  /** Whether the registry wanted to know who asks for an image. */
  get wasChallenged(): boolean {
    return this.#registry.wasChallenged;
  }

  async #readImage(path: string, digest: string, signal: AbortSignal): Promise<RegistryImage> {
    const response = await this.#verified({ path, reference: digest }, signal);
    const { body } = response;
    const mediaType = mediaTypeOf(response, `${path}@${digest}`);
    const image = { digest, mediaType, size: body.length };
    if (!isIndex(mediaType)) {
      return { ...image, children: [await this.#readPlatform(path, { digest, body }, signal)] };
    }
    const digests = childrenOf(body, `${path}@${digest}`);
    if (digests.length > MAX_CHILDREN) {
      throw new RegistryError(
        "invalid answer",
        `${path}@${digest} has ${digests.length.toString()} platforms`,
      );
    }
    const children = await Promise.all(
      digests.map(async (child) => {
        const manifest = await this.#verified({ path, reference: child }, signal);
        return this.#readPlatform(path, { digest: child, body: manifest.body }, signal);
      }),
    );
    return { ...image, children };
  }

  async #readPlatform(
    path: string,
    { digest, body }: { readonly digest: string; readonly body: Buffer },
    signal: AbortSignal,
  ): Promise<PlatformImage> {
    const { config, layers } = readManifest(body, `${path}@${digest}`);
    const address = { path, reference: config.digest };
    const response = await this.#registry.request(
      `/v2/${path}/blobs/${config.digest}`,
      pullScope(path),
      { signal },
    );
    this.#judge(response, address);
    verify(response, address);
    const {
      created,
      config: settings,
      ...platform
    } = readConfig(response.body, `${path}@${config.digest}`);
    return {
      digest,
      platform: platformName(platform),
      configDigest: config.digest,
      labels: settings?.Labels ?? {},
      created,
      layers,
    };
  }

  async #verified(address: Address, signal: AbortSignal): Promise<HttpResponse> {
    const response = await this.#manifest("GET", address, signal);
    verify(response, address);
    return response;
  }

  async #manifest(
    method: "GET" | "HEAD",
    address: Address,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const { path, reference } = address;
    const headers = { accept: MANIFEST_TYPES.join(", ") };
    const url = `/v2/${path}/manifests/${reference}`;
    const response = await this.#registry.request(url, pullScope(path), {
      method,
      headers,
      signal,
    });
    // The answer to a HEAD has no body that says why.
    if (method === "HEAD" && response.status !== 200) return this.#manifest("GET", address, signal);
    this.#judge(response, address);
    return response;
  }

  #judge(response: HttpResponse, { path, reference }: Address): void {
    const { status } = response;
    if (status === 200) return;
    const { host, credentials } = this.#options;
    const what = `${host}/${path}${reference.startsWith("sha256:") ? "@" : ":"}${reference}`;
    const url = new URL(`https://${host}/v2/${path}`);
    if (status === 404) throw new RegistryError("not found", `${what} is not in the registry`);
    if (status === 401 || status === 403) throw refused(url, credentials);
    if (status === 412) {
      throw new RegistryError(
        "policy",
        `${host} does not give out ${what}: ${reasonOf(response.body)}`,
      );
    }
    throw unexpected(url, response);
  }
}

const pullScope = (path: string): string => `repository:${path}:pull`;

const digestOf = (body: Buffer): string =>
  `sha256:${createHash("sha256").update(body).digest("hex")}`;

/** A login page answers with 200 too; a store that a registry sends on to names no digest. */
function isBlob({ headers }: HttpResponse, { digest, size }: Blob): boolean {
  const named = headers["docker-content-digest"];
  return named === undefined ? Number(headers["content-length"]) === size : named === digest;
}

/** A log-in page is answered with 200 too. */
function mediaTypeOf({ headers }: HttpResponse, what: string): string {
  const mediaType = (headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  if (MANIFEST_TYPES.includes(mediaType)) return mediaType;
  throw new RegistryError("invalid answer", `${what} is no image but "${mediaType}"`);
}

function verify({ body, headers }: HttpResponse, { path, reference }: Address): void {
  const named = headers["docker-content-digest"] ?? reference;
  if (named !== reference) {
    throw new RegistryError(
      "invalid answer",
      `Asked for ${path}@${reference}, the registry answers with ${named}`,
    );
  }
  const real = digestOf(body);
  if (real !== reference) {
    throw new RegistryError(
      "invalid answer",
      `Asked for ${path}@${reference}, the registry sends bytes of ${real}`,
    );
  }
}

const REASON_MAX_LENGTH = 300;

/** The registry's own words (`errors[].message` of the OCI specification). */
function reasonOf(body: Buffer): string {
  try {
    const { errors } = JSON.parse(body.toString()) as { errors?: { message?: unknown }[] };
    const messages = errors?.map(({ message }) => String(message)).join("; ") ?? "";
    return messages === "" ? "it does not say why" : messages.slice(0, REASON_MAX_LENGTH);
  } catch {
    return "it does not say why";
  }
}
