// Plain JavaScript for any Node from 20 on, without a package: it is what runs before there are any.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";

const PROJECT = join(import.meta.dirname, "..");
const MODULES = join(PROJECT, "node_modules");
/** What was installed last: a changed lock file is installed again. */
const INSTALLED = join(MODULES, ".installed-lock");
const PROGRAMS = join(MODULES, ".bin");
const REMINDER_MS = 15_000;

const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);

/** Ends as the child ends, and hands on the signals that a user or a CI system sends. */
function run(command, args, options) {
  const child = spawn(command, args, { cwd: PROJECT, ...options });
  const handOn = (signal) => child.kill(signal);
  process.on("SIGINT", handOn).on("SIGTERM", handOn);
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code, signal) => {
      process.off("SIGINT", handOn).off("SIGTERM", handOn);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

async function install() {
  const lock = createHash("sha256").update(readFileSync(join(PROJECT, "package-lock.json")));
  const wanted = lock.digest("hex");
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, "utf8") === wanted) return 0;
  const began = Date.now();
  const elapsed = () => `${((Date.now() - began) / 1000).toFixed(0)}s`;
  const reminder = setInterval(() => say(`npm ci … ${elapsed()}`), REMINDER_MS);
  const code = await run("npm", ["ci", "--ignore-scripts", "--loglevel=error"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  clearInterval(reminder);
  if (code === 0) {
    writeFileSync(INSTALLED, wanted);
    say(`✓ npm ci (${elapsed()})`);
  } else {
    say(`✗ npm ci (${elapsed()}): exit code ${code}`);
  }
  return code;
}

process.exitCode =
  (await install()) ||
  (await run("node", [join(PROJECT, "commands/wyrm.ts"), ...process.argv.slice(2)], {
    stdio: "inherit",
    // Node of the version that this project pins, whatever version runs this file.
    env: { ...process.env, PATH: `${PROGRAMS}${delimiter}${process.env.PATH}` },
  }));
