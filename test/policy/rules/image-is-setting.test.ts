import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { imageIsSetting } from "../../../policy/rules/image-is-setting.ts";
import { everyWorkload, goodContainer, problems, UNKNOWN } from "../../support/policy.ts";
import { DIGEST, IMAGE } from "../../support/settings.ts";

const OTHER = `harbor.example.org/uostas/bookwyrm:release-0.9.1-5e0e5a2@${DIGEST}`;
const LABELS = {
  "app.kubernetes.io/part-of": "bookwyrm",
  "app.kubernetes.io/component": "web",
};

/** As the engine starts the pack. */
const withSettings = (settings: object): void => {
  process.env["PULUMI_CONFIG"] = JSON.stringify(settings);
};
afterEach(() => {
  delete process.env["PULUMI_CONFIG"];
});

const judge = (image: unknown, config: object = {}, labels: object = LABELS): string[] =>
  problems(
    imageIsSetting,
    "core/v1:Pod",
    {
      metadata: { labels },
      spec: { initContainers: [goodContainer({ image })], containers: [goodContainer({ image })] },
    },
    { ...config },
  );

const found = (setting = "bookwyrm:image"): string[] =>
  ["initContainers", "containers"].map(
    (list) => `spec.${list}[app].image is "${OTHER}", and ${setting} is "${IMAGE}"`,
  );

test("passes the image that the settings name, and fails every other one", () => {
  withSettings({ "bookwyrm:image": IMAGE });
  assert.deepEqual(judge(IMAGE), []);
  assert.deepEqual(judge(OTHER), found());
});

test("the setting may have another name", () => {
  withSettings({ "bookwyrm:image": OTHER, "wiki:image": IMAGE });
  assert.deepEqual(judge(IMAGE, { setting: "wiki:image" }), []);
  assert.deepEqual(judge(OTHER, { setting: "wiki:image" }), found("wiki:image"));
});

test("judges nothing without a setting", () => {
  assert.deepEqual(judge(OTHER), []);
  for (const image of [undefined, "", 1]) {
    withSettings({ "bookwyrm:image": image });
    assert.deepEqual(judge(OTHER), []);
  }
});

test("leaves sidecars, other programs and what is not known to other rules", () => {
  withSettings({ "bookwyrm:image": IMAGE });
  assert.deepEqual(judge(OTHER, {}, { app: "wiki" }), []);
  assert.deepEqual(judge(UNKNOWN), []);
  assert.deepEqual(judge(undefined), []);
  for (const [type, props] of everyWorkload({ containers: [goodContainer()] })) {
    assert.deepEqual(problems(imageIsSetting, type, props), []);
  }
});
