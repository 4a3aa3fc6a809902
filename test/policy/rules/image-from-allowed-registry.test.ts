import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { imageFromAllowedRegistry } from "../../../policy/rules/image-from-allowed-registry.ts";
import { deployment, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (image: string, ...registries: string[]): string[] =>
  problems(
    imageFromAllowedRegistry,
    "apps/v1:Deployment",
    deployment({ containers: [{ name: "app", image }] }),
    { registries },
  );

for (const [image, home] of [
  ["harbor.example.org/uostas/app:1", "harbor.example.org/uostas"],
  ["harbor.example.org/uostas/books/app:1", "harbor.example.org/uostas"],
  ["harbor.example.org/anything:1", "harbor.example.org"],
  ["127.0.0.1:5443/uostas/app", "127.0.0.1:5443/uostas"],
  ["nginx", "docker.io/library"],
] as const) {
  test(`passes ${image} from ${home}`, () => {
    assert.deepEqual(judge(image, "quay.io/other", home), []);
  });
}

for (const [image, home] of [
  ["harbor.example.org.evil.io/uostas/app:1", "harbor.example.org/uostas"],
  ["harbor.example.org/uostas-evil/app:1", "harbor.example.org/uostas"],
  ["harbor.example.org:8443/uostas/app:1", "harbor.example.org/uostas"],
  ["evil.harbor.example.org/uostas/app:1", "harbor.example.org/uostas"],
  ["uostas/app:1", "harbor.example.org/uostas"],
  ["nginx", "harbor.example.org"],
] as const) {
  test(`fails ${image}, which is not from ${home}`, () => {
    assert.equal(judge(image, home).length, 1);
  });
}

test("says where the image comes from", () => {
  assert.deepEqual(judge("nginx:1", "harbor.example.org/uostas"), [
    'spec.template.spec.containers[app].image is "nginx:1": it comes from docker.io/library/nginx',
  ]);
});

test("fails an image that is not known, and every image where no registry is allowed", () => {
  assert.equal(judge(UNKNOWN, "harbor.example.org").length, 1);
  assert.equal(judge("harbor.example.org/uostas/app:1").length, 1);
});

test("fails an image of a proxy cache, although its host is allowed", () => {
  const judgeProxy = (image: string): string[] =>
    problems(
      imageFromAllowedRegistry,
      "apps/v1:Deployment",
      deployment({ containers: [{ name: "app", image }] }),
      {
        registries: ["harbor.example.org"],
        proxyCacheProjects: ["harbor.example.org/dockerhub", "harbor.example.org/quay"],
      },
    );
  assert.deepEqual(judgeProxy("harbor.example.org/dockerhub/library/postgres:17"), [
    'spec.template.spec.containers[app].image is "harbor.example.org/dockerhub/library/postgres:17": it comes through the proxy cache harbor.example.org/dockerhub, which pulls from another registry as long as that one lets it',
  ]);
  assert.equal(judgeProxy("harbor.example.org/quay/app").length, 1);
  assert.deepEqual(judgeProxy("harbor.example.org/dockerhub-copies/postgres"), []);
});

const host = fc.constantFrom("harbor.example.org", "harbor.example.org:8443", "localhost", "a.b");
const part = fc.constantFrom("uostas", "uostas-evil", "app", "a", "b");
const parts = fc.array(part, { minLength: 1, maxLength: 4 });
/** Another home than the one that is meant, by one step, one letter, or one end. */
const bend = fc.constantFrom<(home: string) => string>(
  (home) => home,
  (home) => home.slice(0, -1),
  (home) => home.slice(1),
  (home) => `${home}x`,
  (home) => `${home}/app`,
  (home) => `${home}.evil.io`,
  (home) => home.replace("/", ":443/"),
);

test("passes an image exactly where its path begins with a home, part by part", () => {
  fc.assert(
    fc.property(host, parts, fc.nat(4), bend, (registry, path, depth, bent) => {
      const home = bent([registry, ...path.slice(0, depth)].join("/"));
      const image = [registry, ...path];
      const steps = home.split("/");
      const isFromHome = steps.every((step, index) => step === image[index]);
      assert.equal(judge(`${image.join("/")}:1`, home).length === 0, isFromHome);
    }),
    { numRuns: 2000 },
  );
});

test("fails the image of a volume, too", () => {
  const props = deployment({
    volumes: [{ name: "model", image: { reference: "evil.io/uostas/app:1" } }],
  });
  const config = { registries: ["harbor.example.org/uostas"] };
  assert.deepEqual(problems(imageFromAllowedRegistry, "apps/v1:Deployment", props, config), [
    'spec.template.spec.volumes[model].image.reference is "evil.io/uostas/app:1": it comes from evil.io/uostas/app',
  ]);
});
