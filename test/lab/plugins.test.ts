import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { eventually, PROJECT } from "../support/lab.ts";

const BIN = join(PROJECT, "lab/plugins/bin");

for (const plugin of readdirSync(BIN)) {
  test(`${plugin} ends with its engine, also where that is killed`, async (context) => {
    const program = join(BIN, plugin, `pulumi-${plugin}`);
    // In the engine's place: it prints the plugin's id, and the plugin its port.
    const engine = spawn("bash", ["-c", '"$0" 127.0.0.1:1 & echo $!; wait', program]);
    context.after(() => {
      engine.kill("SIGKILL");
      engine.stdout.destroy();
      engine.stderr.destroy();
    });
    const lines = createInterface(engine.stdout)[Symbol.asyncIterator]();
    const pid = Number((await lines.next()).value);
    assert.match((await lines.next()).value ?? "", /^\d+$/, "it serves");
    const lives = (): boolean => existsSync(`/proc/${pid.toString()}`);
    assert.ok(lives());
    context.after(() => lives() && process.kill(pid, "SIGKILL"));

    engine.kill("SIGKILL");
    await once(engine, "exit");
    await eventually("it ends", 10, () => Promise.resolve(lives() ? undefined : true));
  });
}
