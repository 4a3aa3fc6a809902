import type { ReleaseImage } from "../../model/pinned-image.ts";
import type { Check } from "../check.ts";
import type { PlatformImage, RegistryClient } from "../registry/registry-client.ts";
import { registryOutcome } from "../registry/registry-error.ts";

export interface ImageRevisionArgs {
  readonly client: RegistryClient;
  readonly image: ReleaseImage;
  /** Address of the repository that images are built from, for example `https://github.com/o/r`. */
  readonly source: string;
  readonly now: Date;
}

const PREFIX = "org.opencontainers.image";
/** Two machines' clocks are never the same. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;

/** The image was built from the commit, and in the repository, that its tag promises. */
export const imageRevisionCheck = (args: ImageRevisionArgs): Check => ({
  id: "image-revision",
  run: (signal) =>
    registryOutcome(async () => {
      const { client, image } = args;
      const { children } = await client.resolveImage(image.path, image.digest, signal);
      const problems = [
        ...new Set(children.flatMap((child) => problemsOf(child, args))),
        ...(children.length === 0 ? ["it has no platform at all"] : []),
      ];
      const evidence = children.map(
        ({ platform, labels, created }) =>
          `${platform}: revision ${labels[`${PREFIX}.revision`] ?? "none"}, source ${labels[`${PREFIX}.source`] ?? "none"}, created ${created ?? "unknown"}`,
      );
      if (problems.length > 0) {
        return {
          verdict: "fail",
          summary: `The image is not what its tag says: ${problems.join("; ")}.`,
          evidence,
          remedy:
            "Push the commit, let CI build it from a clean tree with the labels of the build (revision, source), and pin that image.",
        };
      }
      return { verdict: "pass", summary: `The image was built from ${image.commit}.`, evidence };
    }),
});

function problemsOf({ labels, created }: PlatformImage, args: ImageRevisionArgs): string[] {
  const { image, now } = args;
  const version = labels[`${PREFIX}.version`];
  const problems = [
    revisionProblem(labels[`${PREFIX}.revision`], image.commit),
    sourceProblem(labels[`${PREFIX}.source`], args.source),
  ];
  if (version !== undefined && version !== image.version) {
    problems.push(`it says to be version ${version}, the tag says ${image.version}`);
  }
  const time = Date.parse(created ?? "");
  if (Number.isNaN(time)) problems.push("it does not say when it was built");
  if (time > now.getTime() + CLOCK_SKEW_MS) problems.push("its build date lies in the future");
  return problems.filter((problem) => problem !== undefined);
}

function revisionProblem(revision: string | undefined, commit: string): string | undefined {
  if (revision === undefined) return "it does not say which commit it was built from";
  if (revision.endsWith("-dirty"))
    return `it was built from changes that are in no commit (${revision})`;
  if (!/^[0-9a-f]{40}$/.test(revision)) return `its revision "${revision}" is no full commit`;
  if (!revision.startsWith(commit)) return `it was built from ${revision}, the tag says ${commit}`;
  return undefined;
}

function sourceProblem(label: string | undefined, source: string): string | undefined {
  if (label === undefined) return "it does not say which repository it was built from";
  if (bare(label) === bare(source)) return undefined;
  return `it was built from the repository ${label}, not from ${source}`;
}

/** Tools write the address of the same repository in two ways. */
const bare = (address: string): string => address.replace(/\/$/, "").replace(/\.git$/, "");
