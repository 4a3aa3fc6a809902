import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const contentOf = (file: string): string =>
  readFileSync(join(import.meta.dirname, "../..", file), "utf8");

test("image/README.md gives the stage static every argument that it needs, and a folder", () => {
  const [dockerfile = "", rest] = contentOf("image/Dockerfile").split("\nFROM scratch AS static\n");
  assert.ok(rest !== undefined, "the Dockerfile has no stage static");
  const needed = [...dockerfile.matchAll(/^ARG (\w+)/gm)]
    .map(([, name]) => name)
    // Its default is what upstream pins.
    .filter((name) => name !== "LIBRARIES");
  const blocks = [...contentOf("image/README.md").matchAll(/^```sh\n(.*?)^```$/gms)];
  const command = blocks
    .map(([, text = ""]) => text)
    .find((text) => text.includes("--target static"));
  assert.ok(command !== undefined, "the page has no such command");
  const given = [...command.matchAll(/--build-arg (\w+)=\S/g)].map(([, name]) => name);
  assert.deepEqual(given, needed);
  assert.match(command, / --file image\/Dockerfile .* \.\.\/bookwyrm$/ms);
});
