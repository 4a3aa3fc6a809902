import { createHash } from "node:crypto";

export interface HarborAccount {
  readonly username: string;
  readonly password: string;
  readonly disabled?: boolean;
  /** Seconds since 1970; -1 is never. */
  readonly expiresAt?: number;
  /** Of the whole Harbor: may read the schedule of its garbage collection. */
  readonly isAdministrator?: boolean;
  /** @default true */
  readonly mayReadRetention?: boolean;
}

export interface HarborAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** What the double holds and how it behaves; tests change it while it runs. */
export interface HarborState {
  readonly project: {
    readonly name: string;
    isPublic?: boolean;
    registryId?: number;
    retention?: HarborRetention;
  };
  readonly accounts: HarborAccount[];
  /** Manifests and blobs by digest. */
  readonly content: Map<string, { readonly mediaType: string; readonly body: Buffer }>;
  readonly tags: Map<string, { digest: string; immutable: boolean }>;
  /** Of each artifact, by digest: worst severity of the scan. */
  readonly severities: Map<string, string>;
  /** When garbage is collected, where somebody has scheduled that. */
  collection?: { readonly type: string; readonly cron: string; readonly deleteUntagged: boolean };
  /** Answers the next requests with 429, as a proxy in front does or an upstream's limit makes Harbor do. */
  tooMany?: { times: number; readonly retryAfter?: string };
  /** Why the project's policy refuses a pull, for example an unsigned image. */
  policy?: string;
  /** Where manifests and blobs come from instead, for example the lab's registry. */
  upstream?: (method: string, path: string, accept: string) => Promise<HarborAnswer>;
}

/** A selector as Harbor writes it; `extras` is JSON in a string. */
export interface HarborSelector {
  readonly kind: string;
  readonly decoration: string;
  readonly pattern: string;
  readonly extras?: string;
}

export interface HarborRetention {
  readonly id: number;
  readonly rules: readonly {
    readonly disabled?: boolean;
    readonly template: string;
    readonly params?: Readonly<Record<string, number>>;
    readonly tag: HarborSelector;
    readonly repository: HarborSelector;
  }[];
  /** Empty where it only runs by hand. */
  readonly cron: string;
}

export const json = (value: unknown): HarborAnswer => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

export const error = (
  status: number,
  code: string,
  message = code.toLowerCase(),
): HarborAnswer => ({
  ...json({ errors: [{ code, message }] }),
  status,
});

/** Puts something into the double's store. @returns its digest */
export function store(state: HarborState, mediaType: string, value: unknown): string {
  const body = Buffer.from(JSON.stringify(value));
  const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
  state.content.set(digest, { mediaType, body });
  return digest;
}
