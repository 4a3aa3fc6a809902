import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./run.ts";

/** Key and certificate in PEM; the certificate is its own authority. */
export async function selfSigned(host = "127.0.0.1"): Promise<{ key: string; cert: string }> {
  const folder = mkdtempSync(join(tmpdir(), "tls-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const name = /^[\d.]+$/.test(host) ? `IP:${host}` : `DNS:${host}`;
    const { exitCode, output } = await run([
      ...["openssl", "req", "-x509", "-nodes", "-days", "1", "-subj", `/CN=${host}`],
      ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
      ...["-addext", `subjectAltName=${name}`, "-keyout", key, "-out", cert],
    ] as [string, ...string[]]);
    if (exitCode !== 0) throw new Error(output);
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
