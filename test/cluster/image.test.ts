import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { before, test, type TestContext } from "node:test";
import { stringify } from "yaml";
import { ensureDocker, pullImage } from "../../lab/docker.ts";
import { ensureBookwyrmBase } from "../../lab/images/images.ts";
import { type Lab, up } from "../../lab/lab.ts";
import { stderrProgress } from "../../lab/progress.ts";
import { parseReleaseImage } from "../../model/pinned-image.ts";
import { ImageProject, VERSION } from "../support/image-project.ts";
import {
  createNamespace,
  eventually,
  get,
  inLab,
  kubectl,
  output,
  PROJECT,
} from "../support/lab.ts";
import type { Result } from "../support/run.ts";
import { MINIMAL } from "../support/settings.ts";
import { TestStack } from "../support/stack.ts";

let lab: Lab;
let base: string;

before(async () => {
  lab = await up(stderrProgress);
  await ensureDocker(stderrProgress);
  base = await ensureBookwyrmBase(lab.registry, stderrProgress);
  await pullImage(lab.registry, base);
});

const create = (context: TestContext): Promise<ImageProject> =>
  ImageProject.create(context, lab, base);

async function outputsOf({ stack }: ImageProject): Promise<Record<string, string>> {
  const text = await output(["pulumi", "stack", "output", "--json", "--stack", stack.name], {
    cwd: "image",
  });
  return JSON.parse(text) as Record<string, string>;
}

const NAMESPACE = `test-${randomBytes(3).toString("hex")}`;

/** Runs a pod to its end in a namespace of its own, where Pod Security is restricted. */
async function assertRuns(image: string, digest: string): Promise<void> {
  const { host, pull } = lab.registry;
  const password = readFileSync(pull.passwordFile, "utf8");
  const auth = Buffer.from(`${pull.username}:${password}`).toString("base64");
  const metadata = { name: "image", namespace: NAMESPACE };
  const objects = [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": JSON.stringify({ auths: { [host]: { auth } } }) },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata,
      spec: {
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        imagePullSecrets: [{ name: "image" }],
        volumes: [{ name: "tmp", emptyDir: {} }],
        containers: [
          {
            name: "main",
            image,
            imagePullPolicy: "Always",
            command: ["python", "manage.py", "check"],
            env: [
              "DOMAIN",
              "SECRET_KEY",
              "EMAIL_HOST",
              "EMAIL_HOST_USER",
              "EMAIL_HOST_PASSWORD",
            ].map((name) => ({ name, value: "dummy" })),
            volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              runAsNonRoot: true,
              capabilities: { drop: ["ALL"] },
              seccompProfile: { type: "RuntimeDefault" },
            },
          },
        ],
      },
    },
  ];
  try {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await createNamespace(NAMESPACE);
    await kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted");
    const applied = await inLab(["kubectl", "apply", "--filename=-"], { input });
    assert.equal(applied.exitCode, 0, applied.output);
    const status = await eventually("the pod ends", 60, async () => {
      const pod = await get<{ readonly status: PodStatus }>("pod/image", `-n=${NAMESPACE}`);
      return ["Succeeded", "Failed"].includes(pod.status.phase) ? pod.status : undefined;
    });
    assert.equal(status.phase, "Succeeded", await kubectl("logs", "image", "-n", NAMESPACE));
    assert.deepEqual(
      status.containerStatuses.map(({ imageID }) => imageID.split("@")[1]),
      [digest],
    );
  } finally {
    await kubectl("delete", "namespace", NAMESPACE, "--wait=false");
  }
}

interface PodStatus {
  readonly phase: string;
  readonly containerStatuses: readonly { readonly imageID: string }[];
}

async function assertRefused(project: ImageProject, words: RegExp, result?: Result): Promise<void> {
  const { exitCode, output } = result ?? (await project.stack.up());
  assert.notEqual(exitCode, 0, output);
  assert.match(output, words);
  assert.equal(await project.pushedDigest(), undefined);
}

test("builds, pushes and puts out a reference that a deployment takes; again, nothing changes", async (context) => {
  const project = await create(context);
  const first = await project.stack.up();
  assert.equal(first.exitCode, 0, first.output);
  const outputs = await outputsOf(project);
  const { revision = "", reference = "" } = outputs;
  assert.equal(revision, await project.sandbox.git(project.clone, "rev-parse", "HEAD"));
  const image = parseReleaseImage(reference);
  assert.ok(!("problem" in image), reference);
  assert.equal(image.digest, await project.pushedDigest());
  const signal = AbortSignal.timeout(10_000);
  const pushed = await project.client().resolveImage(project.path, image.digest, signal);
  assert.deepEqual(
    pushed.children.map(({ labels }) => [
      labels["org.opencontainers.image.revision"],
      labels["org.opencontainers.image.version"],
      labels["org.opencontainers.image.source"],
    ]),
    [[revision, VERSION, `file://${project.sandbox.path("server.git")}`]],
  );

  await context.test(
    "a pod of it runs those bytes, confined as the program's pods are",
    async () => {
      await assertRuns(reference, image.digest);
    },
  );

  const second = await project.stack.run("up", ["--yes", "--skip-preview", "--expect-no-changes"]);
  assert.equal(second.exitCode, 0, second.output);
  assert.deepEqual(await outputsOf(project), outputs);

  await context.test(
    "wyrm pin writes what this stack put out into a deployment's stack",
    async () => {
      await using stack = await TestStack.create();
      const file = join(PROJECT, `Pulumi.${stack.name}.yaml`);
      const settings = Object.entries(MINIMAL).map(([name, value]) => [`bookwyrm:${name}`, value]);
      const earlier = `127.0.0.1:5443/uostas/bookwyrm:release-0.1.0-0000000@sha256:${"0".repeat(64)}`;
      writeFileSync(
        file,
        stringify({ config: { ...Object.fromEntries(settings), "bookwyrm:image": earlier } }),
      );
      try {
        const command = ["pin", stack.name, "--from-image", project.stack.name];
        const pinned = await inLab(["node", "commands/wyrm.ts", ...command]);
        assert.equal(pinned.exitCode, 0, pinned.output);
        assert.ok(readFileSync(file, "utf8").includes(`bookwyrm:image: ${reference}`));
      } finally {
        rmSync(file);
      }
    },
  );

  await context.test("the policies pass it", async () => {
    const pack = ["--policy-pack=../policy", "--policy-pack-config=../policy-config/local.json"];
    const judged = await project.stack.run("preview", pack);
    assert.equal(judged.exitCode, 0, judged.output);
    assert.match(judged.output, /bookwyrm-policy|Policies/);
  });

  await context.test("the policies refuse it where its registry is not allowed", async () => {
    const pack = ["--policy-pack=../policy", "--policy-pack-config=../policy-config/prod.json"];
    const judged = await project.stack.run("preview", pack);
    assert.notEqual(judged.exitCode, 0);
    assert.match(judged.output, /\[mandatory\].*image-build-publishes-release/);
  });

  await context.test("a tag is never built again from other inputs", async () => {
    await project.configure({ libraries: "installed" });
    const { exitCode, output } = await project.stack.up();
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /exists already, built from another Dockerfile, base image or setting/);
    assert.equal(await project.pushedDigest(), image.digest);
  });

  await context.test("a tag that another stack pushed is not built", async (inner) => {
    const other = await project.second(inner);
    const { exitCode, output } = await other.stack.up();
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /exists already, and this stack did not push it/);
    assert.equal(await project.pushedDigest(), image.digest);
  });
});

test("upstream's Dockerfile of 0.8.2, which copies no code, is refused", async (context) => {
  const project = await create(context);
  project.change("Dockerfile", "ARG BASE\nFROM ${BASE}\nCOPY requirements.txt /\n");
  await project.commitAndPush();
  await project.configure({ dockerfile: join(project.clone, "Dockerfile") });
  await assertRefused(project, /target stage tested could not be found/);
});

test("an empty context is refused", async (context) => {
  const project = await create(context);
  for (const folder of ["bookwyrm", "celerywyrm"])
    rmSync(join(project.clone, folder), { recursive: true });
  await project.commitAndPush();
  await assertRefused(project, /BookWyrm's code is not in the build context/);
});

test("code in the wrong folder is refused", async (context) => {
  const project = await create(context);
  mkdirSync(join(project.clone, "src"));
  renameSync(join(project.clone, "bookwyrm"), join(project.clone, "src/bookwyrm"));
  await project.commitAndPush();
  await assertRefused(project, /BookWyrm's code is not in the build context/);
});

test("code that cannot be imported is refused", async (context) => {
  const project = await create(context);
  project.change("celerywyrm/celery.py", "import no_such_library\n");
  await project.commitAndPush();
  await assertRefused(project, /bookwyrm and celerywyrm cannot be imported/);
});

test("the code of another release is refused", async (context) => {
  const project = await create(context);
  project.change("VERSION", "0.9.1\n");
  await project.commitAndPush();
  await assertRefused(project, /this is BookWyrm 0\.9\.1, and bookwyrm-image:version says 0\.9\.2/);
});

test("a dirty tree is refused, and with the development setting its tag says so", async (context) => {
  const project = await create(context);
  project.change("bookwyrm/dirty.py", "");
  await assertRefused(project, /untracked: bookwyrm\/dirty\.py/);
  await project.configure({ development: true });
  const { exitCode, output } = await project.stack.up();
  assert.equal(exitCode, 0, output);
  const { reference = "" } = await outputsOf(project);
  assert.match(reference, /-dirty@sha256:[0-9a-f]{64}$/);
  assert.ok("problem" in parseReleaseImage(reference));
  assert.equal(await project.pushedDigest(), undefined);
});

test("a file that git ignores is refused where it would get into the image", async (context) => {
  const project = await create(context);
  project.change(".gitignore", "*.db\n");
  await project.commitAndPush();
  project.change("bookwyrm/left.db", "");
  await assertRefused(project, /ignored: bookwyrm\/left\.db/);
});

test("a commit that is not pushed is refused", async (context) => {
  const project = await create(context);
  project.change("bookwyrm/new.py", "");
  await project.commit();
  await assertRefused(project, /HEAD is not on main of origin/);
});

test("a wrong password is refused before anything is built", async (context) => {
  const project = await create(context);
  await project.configure({}, { password: "dummy-wrong-password" });
  const result = await project.stack.up();
  assert.doesNotMatch(result.output, /dummy-wrong-password/);
  await assertRefused(project, /refuses the account "robot\$uostas\+push"/, result);
});

test("without a Docker daemon it says so", async (context) => {
  const project = await create(context);
  const result = await project.stack.up({ env: { DOCKER_HOST: "unix:///nonexistent.sock" } });
  await assertRefused(
    project,
    /Cannot connect to the Docker daemon at unix:\/\/\/nonexistent\.sock/,
    result,
  );
});

test("a registry that goes away while the image is pushed leaves no tag", async (context) => {
  const project = await create(context);
  const [host = "", port = ""] = lab.registry.host.split(":");
  let bytes = 0;
  const proxy = createServer((socket) => {
    const upstream = connect(Number(port), host);
    const cut = (): void => {
      socket.destroy();
      upstream.destroy();
    };
    for (const end of [socket, upstream]) end.on("error", cut).on("close", cut);
    socket.on("data", (data) => {
      bytes += data.length;
      // The layers are larger than this, and the questions before them smaller.
      if (bytes > 100_000) {
        proxy.close();
        cut();
      }
    });
    socket.pipe(upstream).pipe(socket);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  context.after(() => proxy.close());
  const { port: front } = proxy.address() as AddressInfo;
  await project.configure({}, { host: `127.0.0.1:${front.toString()}` });
  await assertRefused(project, /docker push failed/);
  assert.ok(bytes > 100_000, `only ${bytes.toString()} bytes were sent`);
});
