import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { credentialIn, credentialUnder, namesCredential } from "../../policy/credentials.ts";

const NAMED = "has a name that a credential has, and a value in clear";
const ASSIGNED = "gives something with a credential's name a value in clear";
const TOKEN = "holds a token of a known form";
const URL_PASSWORD = "holds a URL with a password in it";
const RANDOM = "looks like a generated password or key";
const LOGIN = "holds what logs somebody in";
const PRIVATE_KEY = "holds a private key";

/** Put together here, so that no scanner takes this file for a leak. */
const joined = (...parts: readonly string[]): string => parts.join("");

const CREDENTIAL_NAMES = [
  "POSTGRES_PASSWORD",
  "PGPASSWORD",
  "DB_PASS",
  "dbPassword",
  "SMTP_PASSWD",
  "KEY_PASSPHRASE",
  "SECRET_KEY",
  "SECRET_KEY_BASE",
  "SECRET_KEY_FALLBACKS",
  "OLD_TOKEN_2",
  "SECRETKEY",
  "ENCRYPTIONKEY",
  "SIGNINGKEY",
  "ACCESSKEY",
  "DB_PW",
  "secret",
  "TOKEN_12",
  "clientSecret",
  "API_KEY",
  "apikey",
  "AWS_SECRET_ACCESS_KEY",
  "AZURE_ACCOUNT_KEY",
  "tls.private-key",
  "FLOWER_BASIC_AUTH",
  "REDISCLI_AUTH",
  "Authorization",
  "--token",
  "requirepass",
  "PASSWORDS",
  "SECRETS",
  "DB_CREDENTIAL",
  "CREDENTIALS",
  "masterauth",
  "API_KEYS",
  "LICENSE_KEY",
  "BASIC_AUTH",
  "TOKEN_BASE64",
  "TOKEN_B64",
  "TOKEN_PRIMARY",
  "TOKEN_SECONDARY",
  "TOKEN_PRODUCTION",
  "TOKEN_STAGING",
  "TOKEN_PLAINTEXT",
  "TOKEN_CURRENT",
  "TOKEN_PREVIOUS",
  "TOKEN_FALLBACK",
  "TOKEN_VALUE",
];
const OTHER_NAMES = [
  "PWD",
  "POSTGRES_PASSWORD_FILE",
  "SECRET_NAME",
  "TOKEN_URL",
  "TOKEN_TTL",
  "PASSWORD_HASHERS",
  "MAX_TOKENS",
  "TOKENIZER",
  "PUBLIC_KEY",
  "CACHE_KEY_PREFIX",
  "PARTITION_KEY",
  "KEYCLOAK_URL",
  "MONKEY",
  "AUTH_TYPE",
  "COMPASS",
  "HTTPD_AUTH",
  "LDAP_AUTH",
  "NO_PASSWORD",
  "--no-auth-token",
  "--skip-token",
  "existingSecret",
  "REDIS_KEYSPACE",
  "KEYS",
  "BYPASS",
];

test("half of a token's form is no token", () => {
  const halves = [
    joined("AKIA", "IOSFODNN7EXAMPL"),
    joined("glpat", "-", "a".repeat(19)),
    joined("xox", "b-", "123456789"),
    joined("npm", "_", "a".repeat(35)),
    joined("hvs", ".", "a".repeat(23)),
    joined("dop", "_v1_", "0f".repeat(31)),
    joined("pul", "-", "0".repeat(39)),
    joined("my", "npm", "_", "a".repeat(36)),
    joined("Bearer ", "a1".repeat(7)),
    joined("SG", ".", "a".repeat(16), ".", "a".repeat(31)),
    joined("SG", ".", "a".repeat(15), ".", "a".repeat(32)),
    joined("sntry", "s_", "a".repeat(31)),
    joined("dckr", "_pat_", "a".repeat(19)),
    joined("ya29", ".", "a".repeat(19)),
    joined("sk", "-", "a".repeat(31)),
    joined("pypi", "-AgE", "a".repeat(39)),
    joined("AIza", "a".repeat(34)),
    joined("eyJaaaaaaa", ".eyJaaaaaaaa", ".a"),
  ];
  assert.deepEqual(
    halves.filter((half) => credentialIn(half) !== undefined),
    [],
  );
});

test("names of credentials are told from names that only sound like them", () => {
  assert.deepEqual(
    CREDENTIAL_NAMES.filter((name) => !namesCredential(name)),
    [],
  );
  assert.deepEqual(OTHER_NAMES.filter(namesCredential), []);
});

/** Taken from manifests, charts and the documentation of BookWyrm, Django, Celery and Sentry. */
const HARMLESS: readonly (readonly [name: string, value: string])[] = [
  ["DOMAIN", "books.example.org"],
  ["ALLOWED_HOSTS", "books.example.org,www.example.org"],
  ["EMAIL_USE_TLS", "true"],
  ["USE_TOKEN", "false"],
  ["USE_TOKEN", "enable"],
  ["USE_TOKEN", "disable"],
  ["POSTGRES_PASSWORD", ""],
  ["POSTGRES_PASSWORD", "$(DB_PASSWORD)"],
  ["POSTGRES_PASSWORD", "${DB_PASSWORD}"],
  ["POSTGRES_PASSWORD", "${DB_PASSWORD:?must be set}"],
  ["POSTGRES_PASSWORD", "{{ .Values.password }}"],
  ["POSTGRES_PASSWORD", "<from the vault>"],
  ["POSTGRES_PASSWORD_FILE", "/run/secrets/postgres"],
  ["GOOGLE_APPLICATION_CREDENTIALS", "/var/secrets/google/key.json"],
  ["SECRET_NAME", "bookwyrm-environment"],
  ["TOKEN_TTL", "3600"],
  ["PUBLIC_KEY", "MCowBQYDK2VwAyEA9uO3pXpPZlYz1b4hY6v4X0x2c8Q1r7mJmUeC0XK5w0M="],
  [
    "VAPID_PUBLIC_KEY",
    "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8",
  ],
  ["IMAGE", `harbor.example.org/uostas/app:release-0.9.2-c9addf2@sha256:${"3f1c9a0b".repeat(8)}`],
  ["GIT_SHA", "c9addf2b0e1d4c5a69788796a5b4c3d2e1f00f1e"],
  ["checksum/config", "3f1c9a0b".repeat(8)],
  ["bookwyrm.org/registry-secret-uid", "123e4567-e89b-12d3-a456-426614174000"],
  ["SENTRY_DSN", "https://8a7f3c2e9d1b4f60@o12345.ingest.example.org/42"],
  ["DATABASE_URL", "postgres://bookwyrm@db.internal:5432/bookwyrm"],
  ["CELERY_BROKER_URL", "redis://:$(REDIS_BROKER_PASSWORD)@redis-broker:6379/0"],
  ["ASSETS", "https://cdn.example.org:8443/@scope/package"],
  ["JAVA_OPTS", "-Xmx512m -Dclass=AbstractSingletonProxyFactoryBean2Impl"],
  ["TZ", "Europe/Vilnius"],
  ["settings.py", 'token = os.environ["TOKEN"]\nlogin(user, password=password)\nkey = args.token'],
  ["call.py", "connect(\n    password=password,\n    token=self.token,\n)"],
  ["notes.md", "The password: see the vault. Tokens expire.\nToken\n"],
  ["nginx.conf", "proxy_set_header Authorization $http_authorization;"],
  ["redis.conf", "port 6379\ndir /data\nappendonly yes"],
  ["args", 'exec redis-server --requirepass "$REDIS_PASSWORD" --appendonly yes'],
  ["args", "exec redis-server --requirepass ${REDIS_PASSWORD}"],
  ["args", "docker login --password-stdin harbor.example.org"],
  ["args", "docker build --secret id=npm,src=/run/secrets/npm --pass -"],
  ["notes.md", "The option --token"],
  ["args", "pg_dump --no-password bookwyrm > /backup/x"],
  ["args", "openssl rand -pass stdin"],
  ["args", "openssl enc -pass env:KEY -pass file:/run/key"],
  ["values.yaml", "existingSecret: redis-auth"],
  ["POSTGRES_PASSWORD", "vault:secret/data/mysql#PASSWORD"],
  ["POSTGRES_PASSWORD", "op://vault/item/password"],
  ["GF_SECURITY_ADMIN_PASSWORD", "$__file{/etc/secrets/admin}"],
  ["GOOGLE_APPLICATION_CREDENTIALS", "/credentials.json"],
  ["notes.md", "Basic v2 is gone"],
  ["notes.md", "Bearer authenticationtokens"],
  ["POSTGRES_PASSWORD", "\n"],
  ["USE_TOKEN", " false\n"],
  ["DSN", "jdbc:postgresql://db/books?user=books&password=$(PASSWORD)"],
  [
    "authorized_keys",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me",
  ],
  [
    "ca.crt",
    "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ2h1Y2tOb3JyaXNXYXN=\n-----END CERTIFICATE-----",
  ],
  ["PUB", "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----"],
];

test("what manifests usually hold is no credential", () => {
  for (const [name, value] of HARMLESS) {
    assert.equal(credentialUnder(name, value), undefined, `${name}: ${value}`);
  }
});

const CREDENTIALS: readonly (readonly [name: string, value: string, why: string])[] = [
  ["POSTGRES_PASSWORD", "hunter2", NAMED],
  ["POSTGRES_PASSWORD", "123456", NAMED],
  ["POSTGRES_PASSWORD", "${DB_PASSWORD:-hunter2}", NAMED],
  ["POSTGRES_PASSWORD", "/Hq3Zt8/kLmP", NAMED],
  ["SECRET_KEY", "dev", NAMED],
  ["args", "--basic_auth=keeper:hunter2", ASSIGNED],
  ["args", "export POSTGRES_PASSWORD=hunter2; gunicorn", ASSIGNED],
  ["args", "export POSTGRES_PASSWORD=password", ASSIGNED],
  ["app.ini", "password = hunter", ASSIGNED],
  ["call.py", 'login(user, password="hunter2")', ASSIGNED],
  ["app.ini", "[db]\nuser = books\npassword = hunter2", ASSIGNED],
  ["app.yaml", "db:\n  password: 'hunter2'", ASSIGNED],
  ["app.yaml", "-   password: 'hunter2'", ASSIGNED],
  ["app.json", '{"user":"books","password":"hunter2"}', ASSIGNED],
  [".env", "DOMAIN=books\nSECRET_KEY=dev", ASSIGNED],
  [".env", "DOMAIN=books\nSALT=mF3kZ8qLx2Pv7TnWc5Rb9Ys4", ASSIGNED],
  ["redis.conf", "port 6379\nrequirepass hunter2", ASSIGNED],
  ["args", "exec redis-server --requirepass hunter2", ASSIGNED],
  ["args", "run -quiet -password=hunter2", ASSIGNED],
  ["args", "deploy --quiet --token 'hunter2' --verbose", ASSIGNED],
  ["DSN", "jdbc:postgresql://db/books?password=hunter2&ssl=true", ASSIGNED],
  ["DSN", "jdbc:postgresql://db/books?ssl=true&password=hunter2", ASSIGNED],
  ["DSN", "Server=db;Uid=books;Pwd=hunter2;", ASSIGNED],
  ["DATABASE_URL", "postgres://books:hunter2@db/books", URL_PASSWORD],
  ["BROKERS", "redis://:$(A)@one redis://:hunter2@two", URL_PASSWORD],
  ["SALT", "mF3kZ8qLx2Pv7TnWc5Rb9Ys4", RANDOM],
  ["SALT", " mF3kZ8qLx2Pv7TnWc5Rb9Ys4==\n", RANDOM],
  ["header", "Authorization: Bearer 0123456789abcdef0123", LOGIN],
  ["config.json", '{"auths":{"h":{"auth":"cm9ib3Q6aHVudGVyMg=="}}}', LOGIN],
  ["key", joined("-----BEGIN ", "RSA PRIVATE KEY-----\nabc"), PRIVATE_KEY],
  ["key", joined("-----BEGIN ", "PRIVATE KEY-----\nabc"), PRIVATE_KEY],
  ["key", joined("-----BEGIN PGP ", "PRIVATE KEY BLOCK-----"), PRIVATE_KEY],
  ["x", joined("AKIA", "IOSFODNN7EXAMPLE"), TOKEN],
  ["x", joined("ghp", "_", "0123456789".repeat(4)), TOKEN],
  ["x", joined("github", "_pat_", "0123456789".repeat(5)), TOKEN],
  ["x", joined("glpat", "-", "a1b2c3d4e5".repeat(2)), TOKEN],
  ["x", joined("xox", "b-", "1234567890-abcdef"), TOKEN],
  ["x", joined("https://hooks.slack", ".com/services/T01/B02/", "a1b2c3d4e5".repeat(2)), TOKEN],
  ["x", joined("sk", "_live_", "a1b2c3d4e5".repeat(2)), TOKEN],
  ["x", joined("AIza", "a1b2c".repeat(7)), TOKEN],
  ["x", joined("ya29", ".", "a1b2c".repeat(7)), TOKEN],
  ["x", joined("sk", "-", "a1b2c3d4".repeat(4)), TOKEN],
  ["x", joined("npm", "_", "a1b2c3".repeat(6)), TOKEN],
  ["x", joined("pypi", "-AgE", "a1b2c3d4".repeat(5)), TOKEN],
  ["x", joined("dckr", "_pat_", "a1b2c3d4e5".repeat(2)), TOKEN],
  ["x", joined("dop", "_v1_", "0f".repeat(32)), TOKEN],
  ["x", joined("hvs", ".", "a1b2c3d4".repeat(3)), TOKEN],
  ["x", joined("SG", ".", "a1b2c3d4".repeat(2), ".", "a1b2c3d4".repeat(4)), TOKEN],
  ["x", joined("pul", "-", "0f1e2d3c".repeat(5)), TOKEN],
  ["x", joined("sntry", "s_", "a1b2c3d4".repeat(4)), TOKEN],
  ["x", joined("AGE-SECRET", "-KEY-1", "A1B2C3D4E5".repeat(5)), TOKEN],
  ["x", joined("Account", "Key=", "a1b2c3d4".repeat(5), "=="), TOKEN],
  ["x", joined("Account", "Key=", "a1b2c3d4".repeat(5)), TOKEN],
  ["x", '{"auth" : "cm9ib3Q6aHVudGVy"}', LOGIN],
  ["app.yaml", 'a: 1\npassword: "two words"', ASSIGNED],
  ["app.yaml", "a: 1\npassword: 'two words'", ASSIGNED],
  ["app.ini", "password=50%off", ASSIGNED],
  ["x", joined("123456789", ":AA", "a1b2c3d4e5f".repeat(3)), TOKEN],
  ["x", joined("eyJhbGciOiJI", ".eyJzdWIiOiIx", ".abc"), TOKEN],
  ["x", joined("eyJhbGciOiJI", ".eyJzdWIiOiIx", "."), TOKEN],
  ["x", joined("ASIA", "IOSFODNN7EXAMPLE"), TOKEN],
  ["x", joined("rk", "_live_", "a1b2c3d4e5".repeat(2)), TOKEN],
  ["x", joined("dckr", "_oat_", "a1b2c3d4e5".repeat(2)), TOKEN],
  ["x", joined("hvb", ".", "a1b2c3d4".repeat(3)), TOKEN],
  ["x", joined("sntry", "u_", "a1b2c3d4".repeat(4)), TOKEN],
  ...Array.from(
    "pousr",
    (kind) => ["x", joined("gh", kind, "_", "a1b2".repeat(9)), TOKEN] as const,
  ),
  ...Array.from("abeoprs", (kind) => ["x", joined("xox", kind, "-1234567890"), TOKEN] as const),
];

test("each form of a credential is seen, and why", () => {
  for (const [name, value, why] of CREDENTIALS) {
    assert.equal(credentialUnder(name, value), why, `${name}: ${value}`);
  }
});

test("what a generator of passwords prints is seen nearly always", () => {
  const passwords = Array.from({ length: 500 }, () => randomBytes(24).toString("base64"));
  const seen = passwords.filter((password) => credentialIn(password) !== undefined);
  assert.ok(seen.length >= 475, `${seen.length.toString()} of 500`);
});

test("sums, identifiers and names in CamelCase are never taken for one", () => {
  const word = fc.stringMatching(/^[A-Z][a-z]{3,9}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 3, maxLength: 8 }), (words) => {
      assert.equal(credentialIn(words.join("")), undefined);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 64 }), (bytes) => {
      assert.equal(credentialIn(Buffer.from(bytes).toString("hex")), undefined);
    }),
  );
});

test("a megabyte of text is judged in less than a second", () => {
  const start = performance.now();
  for (const part of ["a.", "ab=", "eyJaaaaaaaaa", "x://", "a1B2c3D4\n", '"a":"']) {
    credentialIn(part.repeat(1_000_000 / part.length));
  }
  assert.ok(performance.now() - start < 6000);
});

test("what changes between small, large and digit as often as a name does is not random", () => {
  assert.equal(credentialUnder("VALUE", "abcDEF123ghiJKL45mnO"), undefined);
  assert.equal(credentialUnder("VALUE", "abcDEF123ghiJKL4mnO5"), RANDOM);
});

test("no text keeps the search busy: twice as long takes no more than about twice the time", () => {
  for (const [start, part] of [
    ["", "-eyJ"],
    ["eyJaaaaaaaa.", "-eyJ"],
    ["", "-eyJaaaaaaaa.eyJaaaaaaaa"],
    ["-a", " "],
    ["", "-a '"],
    ["a=", "a="],
    ["https://a:", "b:"],
  ] as const) {
    const began = performance.now();
    credentialIn(start + part.repeat(40_000));
    assert.ok(performance.now() - began < 1000, `${start}${part}`);
  }
});
