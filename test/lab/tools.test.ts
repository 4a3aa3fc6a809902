import assert from "node:assert/strict";
import { dirname } from "node:path";
import { test } from "node:test";
import { tool, toolFolders } from "../../lab/tools.ts";

test("the lab builds what its cluster runs, and kwok only for who asks for it", () => {
  const folders = toolFolders();
  assert.ok(folders.includes(dirname(tool("kubelet"))));
  assert.ok(!folders.includes(dirname(tool("kwok"))));
});
