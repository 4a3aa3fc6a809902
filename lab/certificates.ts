import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute } from "./execute.ts";
import { API_SERVER, CONTEXT, KUBECONFIG, ROOT, certificate, secretFile } from "./layout.ts";

const DAYS = "365";
const EC_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"] as const;

/** A certificate of the lab's own authority. */
interface Leaf {
  readonly name: string;
  readonly subject: string;
  readonly alternativeNames?: string;
}

const LEAVES: readonly Leaf[] = [
  {
    name: "apiserver",
    subject: "/CN=kube-apiserver",
    alternativeNames: "IP:127.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc",
  },
  { name: "apiserver-kubelet-client", subject: "/O=system:masters/CN=kube-apiserver" },
  { name: "registry", subject: "/CN=registry", alternativeNames: "IP:127.0.0.1,DNS:localhost" },
];

/** The users of the API server: file name, user and groups (built-in roles bind these names). */
const USERS: readonly { name: string; user: string; group: string }[] = [
  { name: "admin", user: "admin", group: "system:masters" },
  { name: "controller-manager", user: "system:kube-controller-manager", group: "" },
  { name: "scheduler", user: "system:kube-scheduler", group: "" },
  { name: "kubelet", user: `system:node:${CONTEXT}`, group: "system:nodes" },
  { name: "kube-proxy", user: "system:kube-proxy", group: "system:node-proxier" },
  { name: "coredns", user: "system:coredns", group: "" },
];

export const userKubeconfig = (name: string): string =>
  name === "admin" ? KUBECONFIG : join(ROOT, `${name}.kubeconfig`);

/** Makes an authority, certificates, tokens and kubeconfigs for this lab alone. */
export async function makeCertificates(): Promise<void> {
  for (const folder of ["pki", "secrets"]) {
    mkdirSync(join(ROOT, folder), { recursive: true, mode: 0o700 });
  }
  const ca = { key: certificate("ca.key"), crt: certificate("ca.crt") };
  await execute([
    "openssl",
    "req",
    "-x509",
    ...EC_KEY,
    "-days",
    DAYS,
    "-subj",
    "/CN=bookwyrm-lab",
    "-keyout",
    ca.key,
    "-out",
    ca.crt,
  ]);
  await Promise.all([
    ...LEAVES.map((leaf) => sign(leaf, ca)),
    execute(["openssl", "genrsa", "-out", certificate("service-account.key"), "2048"]),
  ]);
  writeTokens(readFileSync(ca.crt, "utf8"));
}

async function sign(
  { name, subject, alternativeNames }: Leaf,
  ca: { readonly key: string; readonly crt: string },
): Promise<void> {
  const key = certificate(`${name}.key`);
  await execute([
    "openssl",
    "req",
    "-x509",
    ...EC_KEY,
    "-days",
    DAYS,
    "-subj",
    subject,
    "-CA",
    ca.crt,
    "-CAkey",
    ca.key,
    "-addext",
    "basicConstraints=critical,CA:FALSE",
    ...(alternativeNames === undefined ? [] : ["-addext", `subjectAltName=${alternativeNames}`]),
    "-keyout",
    key,
    "-out",
    certificate(`${name}.crt`),
  ]);
  chmodSync(key, 0o600);
}

function writeTokens(ca: string): void {
  const rows = USERS.map(({ name, user, group }) => {
    const token = randomBytes(24).toString("hex");
    writeFileSync(userKubeconfig(name), kubeconfig(token, ca), { mode: 0o600 });
    const uid = createHash("sha256").update(user).digest("hex").slice(0, 12);
    return `${token},${user},${uid},"${group}"`;
  });
  writeFileSync(secretFile("tokens.csv"), `${rows.join("\n")}\n`, { mode: 0o600 });
}

function kubeconfig(token: string, ca: string): string {
  return JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: CONTEXT,
          cluster: {
            server: API_SERVER,
            "certificate-authority-data": Buffer.from(ca).toString("base64"),
          },
        },
      ],
      users: [{ name: CONTEXT, user: { token } }],
      contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user: CONTEXT } }],
      "current-context": CONTEXT,
    },
    undefined,
    2,
  );
}
