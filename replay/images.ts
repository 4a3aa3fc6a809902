import { buildImage, revisionOf } from "../lab/images/images.ts";
import { bookwyrm, type Recipe, withoutCode } from "../lab/images/recipes.ts";
import { push, type Registry } from "../lab/images/registry-client.ts";
import type { Progress } from "../lab/progress.ts";
import type { Failure } from "./result.ts";

const UPSTREAM: Recipe = { ...withoutCode(bookwyrm("0.8.2")), isUnlabelled: true };

const RECIPES = {
  /** What serves before anybody deploys. */
  old: bookwyrm("0.8.1"),
  "image-without-code": UPSTREAM,
  /** The same files, built again. */
  "fix-not-pushed": { ...UPSTREAM, build: 2 },
  "cached-image": bookwyrm("0.8.2"),
} as const satisfies Record<Failure | "old", Recipe>;

export type ImageName = keyof typeof RECIPES;

/** The one tag of the outage: every build was pushed under it. */
const MOVING_TAG = "release-0.8.2";
const OLD_TAG = "release-0.8.1";

export const versionOf = (image: ImageName): string => RECIPES[image].version;

/** Stands for the commit that an image is built from. 40 hex digits. */
export const commitOf = (image: ImageName): string => revisionOf(RECIPES[image]);

/** A repository of this replay's own, so that no node has an image of it yet. */
export class Repository {
  readonly registry: string;
  /** Without its registry. */
  readonly path: string;
  /** Reference of what serves before. */
  readonly old: string;
  /** Reference that every deployment of the outage names. */
  readonly moving: string;
  readonly #registry: Registry;
  readonly #built: ReadonlyMap<ImageName, string>;

  private constructor(path: string, registry: Registry, built: ReadonlyMap<ImageName, string>) {
    this.registry = registry.host;
    this.path = path;
    this.#registry = registry;
    this.#built = built;
    this.old = this.reference(OLD_TAG);
    this.moving = this.reference(MOVING_TAG);
  }

  /** Builds what no replay before has built. */
  static async create(id: string, registry: Registry, progress: Progress): Promise<Repository> {
    const built = new Map<ImageName, string>();
    for (const name of Object.keys(RECIPES) as ImageName[]) {
      built.set(name, await buildImage(RECIPES[name], progress));
    }
    const repository = new Repository(`uostas/${id}`, registry, built);
    await repository.push("old", OLD_TAG);
    return repository;
  }

  reference(tag: string): string {
    return `${this.registry}/${this.path}:${tag}`;
  }

  /** Pushes an image, to be pinned. */
  async pushPinned(
    image: ImageName,
    tag: string,
  ): Promise<{ readonly reference: string; readonly intendedDigest: string }> {
    const digest = await this.push(image, tag);
    return { reference: `${this.reference(tag)}@${digest}`, intendedDigest: digest };
  }

  /** Pushes an image under a tag, whatever that named before. @returns its digest */
  push(image: ImageName, tag = MOVING_TAG): Promise<string> {
    return push(this.#registry, this.#built.get(image) ?? "", this.reference(tag));
  }
}
