export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** What a digest stands for in its registry. */
export interface ResolvedImage {
  readonly digest: string;
  /** The manifest of every platform, without attestations; an image that is no index is its own only child. */
  readonly children: readonly {
    readonly digest: string;
    readonly platform: Platform;
    readonly configDigest: string;
  }[];
}
