import type { PinnedImage } from "../../model/pinned-image.ts";
import type { ResolvedImage } from "../../model/resolved-image.ts";
import type { Check } from "../check.ts";
import type { Reading } from "../cluster/reading.ts";
import { ownedPods } from "../cluster/workloads.ts";
import { count, fail, type Finding, outcomeOf } from "../findings.ts";
import type { Expected, ExpectedWorkload } from "./expected.ts";
import { type ImageFacts, isWitness, type RunningImage, runningImages } from "./running-images.ts";

/** Asks a registry what a digest of this repository is; undefined where there is none. @throws where it does not say */
export type ResolveImage = (
  image: Pick<PinnedImage, "registry" | "path" | "digest">,
  signal: AbortSignal,
) => Promise<ResolvedImage | undefined>;

export interface ImagesRunningArgs {
  readonly reading: Reading;
  readonly expected: Expected;
  /** Left out, only equal digests pass. */
  readonly resolveImage?: ResolveImage;
  /** Gets every container, for a table. */
  readonly onImages?: (images: readonly RunningImage[]) => void;
}

/** Every container of every pod runs the digest that its workload is pinned to. */
export const imagesRunningCheck = (args: ImagesRunningArgs): Check => ({
  id: "images-running",
  run: async (signal) => {
    const { images, findings } = await lookAtImages(args, signal);
    args.onImages?.(images);
    const pods = new Set(images.map(({ pod }) => pod)).size;
    return outcomeOf(findings, {
      passed: `The pinned digest runs in ${count(images.length, "container")} of ${count(pods, "pod")}.`,
      evidence: images.flatMap((image) =>
        image.verdict === "pass" && image.note !== undefined ? [describe(image)] : [],
      ),
      remedy:
        "Deploy the pinned reference again with pulumi up; where a pod asks for another image, find out who changed it by hand.",
    });
  },
});

export interface ImagesSeen {
  readonly pods: ImageFacts["pods"];
  readonly images: readonly RunningImage[];
  readonly findings: readonly Finding[];
}

/** The containers, judged with all that cluster and registry can say. */
export async function lookAtImages(
  { reading, expected, resolveImage }: Omit<ImagesRunningArgs, "onImages">,
  signal: AbortSignal,
): Promise<ImagesSeen> {
  const [pods, nodes] = await Promise.all([
    ownedPods(reading, expected.workloads),
    // Whoever may read a namespace often may not read nodes; only foreign digests need them.
    reading.list("nodes").catch(() => []),
  ]);
  const strict = { pods, nodes, images: new Map<string, ResolvedImage | undefined>() };
  const resolved =
    resolveImage &&
    (await resolveAll(runningImages(strict), expected.workloads, (image) =>
      resolveImage(image, signal),
    ));
  const facts = resolved === undefined ? strict : { ...strict, images: resolved };
  const images = runningImages(facts);
  return { pods, images, findings: [...withoutPods(facts), ...images.flatMap(problems)] };
}

/** Pinned digests and those that run instead, each asked for once in the repository of the pinned one. */
async function resolveAll(
  images: readonly RunningImage[],
  workloads: readonly ExpectedWorkload[],
  resolve: (image: Parameters<ResolveImage>[0]) => Promise<ResolvedImage | undefined>,
): Promise<ReadonlyMap<string, ResolvedImage | undefined>> {
  const asked = new Map<string, Parameters<ResolveImage>[0]>();
  for (const { image } of workloads) {
    asked.set(image.digest, image);
    for (const { pinned, running } of images) {
      if (pinned === image.digest && running !== undefined) {
        asked.set(running, { registry: image.registry, path: image.path, digest: running });
      }
    }
  }
  const answers = await Promise.allSettled(
    [...asked].map(async ([digest, image]) => [digest, await resolve(image)] as const),
  );
  return new Map(
    answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : [])),
  );
}

/** A finished Job's pod may be gone with its node; `jobs-complete` judges the Job itself. */
const withoutPods = ({ pods }: ImageFacts): Finding[] =>
  [...pods.owned].flatMap(([{ name, kind }, made]) =>
    kind !== "Job" && !made.some((pod) => isWitness(pod, kind)) ? [fail(`${name} has no pod`)] : [],
  );

const problems = (image: RunningImage): Finding[] =>
  image.verdict === "fail" || image.verdict === "unknown"
    ? [{ verdict: image.verdict, text: describe(image) }]
    : [];

export const describe = ({ pod, container, pinned, running, note }: RunningImage): string =>
  running === undefined || pinned === undefined
    ? `${pod}/${container} ${note ?? ""}`
    : `${pod}/${container} runs ${running}, pinned is ${pinned}: it ${note ?? "differs"}`;
