import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePinnedImage, parseReleaseImage } from "../../model/pinned-image.ts";

const DIGEST = `sha256:${"0f".repeat(32)}`;
const REPOSITORY = "harbor.example.org/uostas/ziurkes/bookwyrm";

test("a release image says where from, which release, which commit and which bytes", () => {
  const reference = `${REPOSITORY}:release-0.8.2-a1b2c3d@${DIGEST}`;
  assert.deepEqual(parseReleaseImage(reference), {
    reference,
    registry: "harbor.example.org",
    path: "uostas/ziurkes/bookwyrm",
    tag: "release-0.8.2-a1b2c3d",
    digest: DIGEST,
    version: "0.8.2",
    commit: "a1b2c3d",
  });
});

test("a pre-release keeps its suffix in the version", () => {
  const parsed = parseReleaseImage(`${REPOSITORY}:release-0.9.3-rc.1-a1b2c3d@${DIGEST}`);
  assert.ok("version" in parsed);
  assert.equal(parsed.version, "0.9.3-rc.1");
});

const REFUSED: readonly [string, RegExp][] = [
  [`${REPOSITORY}:release-0.8.2`, /no digest/],
  [`${REPOSITORY}@${DIGEST}`, /no tag/],
  [`${REPOSITORY}:latest@${DIGEST}`, /latest/],
  [`${REPOSITORY}:Latest@${DIGEST}`, /latest/i],
  [`${REPOSITORY}:release-0.8.2-a1b2c3d@sha256:0f`, /64 lower-case hex/],
  [`${REPOSITORY}:release-0.8.2@${DIGEST}`, /does not name a release and a commit/],
  [`${REPOSITORY}:release-0.8.2-a1b2c3@${DIGEST}`, /does not name a release and a commit/],
  [`${REPOSITORY}:v0.8.2-a1b2c3d@${DIGEST}`, /does not name a release and a commit/],
];

for (const [text, expected] of REFUSED) {
  test(`${text.slice(REPOSITORY.length, REPOSITORY.length + 40)} is no release image`, () => {
    const parsed = parseReleaseImage(text);
    assert.ok("problem" in parsed);
    assert.match(parsed.problem, expected);
  });
}

test("Postgres and Redis need a digest, but no commit in their tag", () => {
  const reference = `harbor.example.org/uostas/postgres:17.6@${DIGEST}`;
  assert.deepEqual(parsePinnedImage(reference), {
    reference,
    registry: "harbor.example.org",
    path: "uostas/postgres",
    tag: "17.6",
    digest: DIGEST,
  });
});
