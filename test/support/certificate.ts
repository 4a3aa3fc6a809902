import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MS_PER_DAY = 86_400_000;

/** In PEM; the certificate is its own authority. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * Valid for the day before and the day after `around`.
 *
 * @param subject An alternative name, for example `DNS:elsewhere.example.org`
 */
export function makeCertificate(subject = "IP:127.0.0.1", around = new Date()): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "bookwyrm-certificate-"));
  const openssl = (line: string): void => {
    execFileSync("openssl", line.split(" "), { cwd: folder, stdio: "ignore" });
  };
  try {
    // Of the commands of OpenSSL 3.0, only `ca` makes a certificate that has expired.
    writeFileSync(join(folder, "ca.cnf"), authority(subject));
    writeFileSync(join(folder, "index"), "");
    // Of two authorities with the same name, a client may look at the wrong one.
    openssl(
      `req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=${randomUUID()} -keyout key -out request`,
    );
    openssl(
      `ca -batch -selfsign -config ca.cnf -keyfile key -in request -out cert -notext -startdate ${day(around, -1)} -enddate ${day(around, 1)}`,
    );
    return {
      key: readFileSync(join(folder, "key"), "utf8"),
      cert: readFileSync(join(folder, "cert"), "utf8"),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const authority = (subject: string): string => `\
[ca]
default_ca = own
[own]
database = index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[extensions]
basicConstraints = CA:TRUE
subjectAltName = ${subject}
`;

/** As `openssl ca` takes it: YYYYMMDDHHMMSSZ. */
const day = (around: Date, days: number): string =>
  `${new Date(around.getTime() + days * MS_PER_DAY).toISOString().replaceAll(/[-:T]|\.\d+Z/g, "")}Z`;
