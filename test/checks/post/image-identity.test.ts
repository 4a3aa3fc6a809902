import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf, identify } from "../../../checks/post/image-identity.ts";
import type { ResolvedImage } from "../../../model/resolved-image.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

// The names of facts: an index with a manifest for each of two platforms, and a single manifest.
const INDEX = digest("1");
const AMD64 = digest("2");
const ARM64 = digest("3");
const AMD64_CONFIG = digest("4");
const ARM64_CONFIG = digest("5");
const SINGLE = digest("6");
const SINGLE_CONFIG = digest("7");
const REBUILT_INDEX = digest("8");
const FOREIGN = digest("9");
const FOREIGN_CONFIG = digest("a");
const GONE = digest("b");
const UNASKED = digest("c");

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64", variant: "v8" };

const child = (
  digest: string,
  platform: ResolvedImage["children"][number]["platform"],
  configDigest: string,
): ResolvedImage["children"][number] => ({ digest, platform, configDigest });

const REGISTRY = new Map<string, ResolvedImage | undefined>(
  [
    {
      digest: INDEX,
      children: [child(AMD64, amd64, AMD64_CONFIG), child(ARM64, arm64, ARM64_CONFIG)],
    },
    { digest: AMD64, children: [child(AMD64, amd64, AMD64_CONFIG)] },
    { digest: ARM64, children: [child(ARM64, arm64, ARM64_CONFIG)] },
    { digest: SINGLE, children: [child(SINGLE, amd64, SINGLE_CONFIG)] },
    { digest: REBUILT_INDEX, children: [child(AMD64, amd64, AMD64_CONFIG)] },
    { digest: FOREIGN, children: [child(FOREIGN, amd64, FOREIGN_CONFIG)] },
  ].map((image) => [image.digest, image] as const),
);
REGISTRY.set(GONE, undefined);

interface Row {
  readonly what: string;
  readonly imageId: string;
  readonly pinned: string;
  /** Of the node; amd64 unless it says otherwise. */
  readonly node?: { readonly os: string; readonly architecture: string } | undefined;
  readonly verdict: "pass" | "fail" | "unknown";
  /** The verdict where no registry can be asked. */
  readonly alone: "pass" | "fail" | "unknown";
}

const ROWS: readonly Row[] = [
  // Measured with kubelet 1.37 and containerd 2.4.2.
  {
    what: "one manifest, pulled by its digest or by a tag",
    imageId: `127.0.0.1:5000/idt@${SINGLE}`,
    pinned: SINGLE,
    verdict: "pass",
    alone: "pass",
  },
  {
    what: "another repository that holds the same image, shown because it sorts first",
    imageId: `127.0.0.1:5000/aaa@${SINGLE}`,
    pinned: SINGLE,
    verdict: "pass",
    alone: "pass",
  },
  {
    what: "an index, pinned and shown",
    imageId: `127.0.0.1:5000/idx@${INDEX}`,
    pinned: INDEX,
    verdict: "pass",
    alone: "pass",
  },
  {
    what: "the index, where its manifest for the node was pinned",
    imageId: `127.0.0.1:5000/idx@${INDEX}`,
    pinned: AMD64,
    verdict: "pass",
    alone: "unknown",
  },
  {
    what: "a manifest for arm64 that was pinned and started on amd64",
    imageId: `127.0.0.1:5000/idx@${ARM64}`,
    pinned: ARM64,
    verdict: "fail",
    alone: "pass",
  },
  {
    what: "a changed build under the same tag",
    imageId: `127.0.0.1:5000/idt@${FOREIGN}`,
    pinned: SINGLE,
    verdict: "fail",
    alone: "unknown",
  },
  // Other runtimes, and what containerd does in other states.
  {
    what: "the old registry's name after a move",
    imageId: `ghcr.io/nycterent/bookwyrm@${SINGLE}`,
    pinned: SINGLE,
    verdict: "pass",
    alone: "pass",
  },
  {
    what: "another index of the same content, made again with other provenance",
    imageId: `127.0.0.1:5000/idx@${REBUILT_INDEX}`,
    pinned: INDEX,
    verdict: "pass",
    alone: "unknown",
  },
  {
    what: "the manifest for the node, where the index was pinned (CRI-O)",
    imageId: `127.0.0.1:5000/idx@${AMD64}`,
    pinned: INDEX,
    verdict: "pass",
    alone: "unknown",
  },
  {
    what: "the index's manifest for another platform",
    imageId: `127.0.0.1:5000/idx@${ARM64}`,
    pinned: INDEX,
    verdict: "fail",
    alone: "unknown",
  },
  {
    what: "a manifest with a variant, on a node that does not say its own",
    imageId: `127.0.0.1:5000/idx@${ARM64}`,
    pinned: INDEX,
    node: { os: "linux", architecture: "arm64" },
    verdict: "pass",
    alone: "unknown",
  },
  {
    what: "an index without the platform of the node",
    imageId: `127.0.0.1:5000/idx@${INDEX}`,
    pinned: INDEX,
    node: { os: "linux", architecture: "s390x" },
    verdict: "fail",
    alone: "pass",
  },
  {
    what: "the bare config digest of an image that the node has lost the names of",
    imageId: AMD64_CONFIG,
    pinned: INDEX,
    verdict: "pass",
    alone: "unknown",
  },
  {
    what: "the config digest of another platform",
    imageId: ARM64_CONFIG,
    pinned: INDEX,
    verdict: "fail",
    alone: "unknown",
  },
  {
    what: "a bare config digest of something else",
    imageId: FOREIGN_CONFIG,
    pinned: INDEX,
    verdict: "fail",
    alone: "unknown",
  },
  {
    what: "a reference with the scheme of cri-dockerd",
    imageId: `docker-pullable://harbor.example.org/uostas/bookwyrm@${SINGLE}`,
    pinned: SINGLE,
    verdict: "pass",
    alone: "pass",
  },
  {
    what: "a config digest with the scheme of cri-dockerd",
    imageId: `docker://${SINGLE_CONFIG}`,
    pinned: SINGLE,
    verdict: "pass",
    alone: "unknown",
  },
  {
    what: "a digest that the registry does not hold",
    imageId: `127.0.0.1:5000/idt@${GONE}`,
    pinned: SINGLE,
    verdict: "fail",
    alone: "unknown",
  },
  {
    what: "a digest that the registry did not answer for",
    imageId: `127.0.0.1:5000/idt@${UNASKED}`,
    pinned: SINGLE,
    verdict: "unknown",
    alone: "unknown",
  },
  {
    what: "another digest, where the registry does not hold the pinned one any more",
    imageId: `127.0.0.1:5000/idt@${SINGLE}`,
    pinned: GONE,
    verdict: "unknown",
    alone: "unknown",
  },
  {
    what: "the pinned digest, which the registry does not hold any more",
    imageId: `127.0.0.1:5000/idt@${GONE}`,
    pinned: GONE,
    verdict: "pass",
    alone: "pass",
  },
  {
    what: "a node that may not be read, and one manifest",
    imageId: `127.0.0.1:5000/idt@${SINGLE}`,
    pinned: SINGLE,
    node: undefined,
    verdict: "pass",
    alone: "pass",
  },
  {
    what: "a node that may not be read, where its platform decides",
    imageId: `127.0.0.1:5000/idx@${AMD64}`,
    pinned: INDEX,
    node: undefined,
    verdict: "unknown",
    alone: "unknown",
  },
  {
    what: "a tag instead of a digest",
    imageId: "127.0.0.1:5000/idt:t1",
    pinned: SINGLE,
    verdict: "unknown",
    alone: "unknown",
  },
  {
    what: "a digest that is cut short",
    imageId: `127.0.0.1:5000/idt@${SINGLE.slice(0, -1)}`,
    pinned: SINGLE,
    verdict: "unknown",
    alone: "unknown",
  },
];

for (const row of ROWS) {
  const { what, imageId, pinned, verdict, alone } = row;
  const platform = "node" in row ? row.node : amd64;
  test(`${what}: ${verdict}, and ${alone} without a registry`, () => {
    assert.equal(identify(imageId, pinned, { platform, images: REGISTRY }).verdict, verdict);
    assert.equal(identify(imageId, pinned, { platform, images: new Map() }).verdict, alone);
  });
}

test("what is no plain equality says why", () => {
  const known = { platform: amd64, images: REGISTRY };
  assert.deepEqual(identify(`r.example/i@${AMD64}`, INDEX, known), {
    verdict: "pass",
    note: "is the pinned index's manifest for the platform of its node",
  });
  assert.deepEqual(identify(`r.example/i@${FOREIGN}`, INDEX, known), {
    verdict: "fail",
    note: "is another image than the pinned one",
  });
});

test("the digest is read from every form of an imageID", () => {
  assert.equal(digestOf(`docker-pullable://r.example/i@${SINGLE}`), SINGLE);
  assert.equal(digestOf(SINGLE), SINGLE);
  assert.equal(digestOf("r.example/i:tag"), undefined);
  assert.equal(digestOf(""), undefined);
});
