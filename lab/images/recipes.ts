import { join } from "node:path";

/** How an image of the lab is made. */
export interface Recipe {
  readonly repository: string;
  /** For the label and the tag. */
  readonly version: string;
  /** Debian packages of its root file system; their scripts do not run. */
  readonly packages: readonly string[];
  /** Python requirements, installed beside Debian's own modules. */
  readonly requirements?: string;
  /** Files of this project, by the path that they get in the image. */
  readonly files: Readonly<Record<string, string>>;
  /** Links in the image: what points, and to what. */
  readonly links?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly user: number;
  readonly workingDirectory: string;
  /** Says nothing of where it comes from, as an image of upstream's Dockerfile. */
  readonly isUnlabelled?: true;
  /** Of several builds of the same files; each has a digest of its own. */
  readonly build?: number;
}

const SAMPLE = join(import.meta.dirname, "../sample");
const BASE = ["base-files", "coreutils", "dash", "grep", "libc-bin", "sed"];
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The sample application in an image that was put together past the project `image`, with none of its
 * tests: what a release without code starts from. The base of both is the same.
 */
export const bookwyrm = (version: string): Recipe => ({
  repository: "uostas/bookwyrm",
  version,
  packages: [...BASE, "ca-certificates", "media-types", "python3", "tzdata"],
  requirements: join(SAMPLE, "requirements.txt"),
  files: {
    "app/manage.py": join(SAMPLE, "manage.py"),
    "app/bookwyrm": join(SAMPLE, "bookwyrm"),
    "app/celerywyrm": join(SAMPLE, "celerywyrm"),
  },
  links: { "usr/local/bin/python": "/usr/bin/python3" },
  env: { PATH, PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" },
  user: 1000,
  workingDirectory: "/app",
});

/** The image of the outage: everything but the application's own package. */
export function withoutCode(recipe: Recipe): Recipe {
  const { "app/bookwyrm": _code, ...files } = recipe.files;
  return { ...recipe, files };
}

const AUTHORITIES = "etc/ssl/certs/ca-certificates.crt";

/**
 * In which an image's libraries are installed where Docker Hub cannot be reached. It trusts whom this
 * machine trusts, so that pip gets through a proxy that has an authority of its own.
 */
export const pythonBuild: Recipe = {
  repository: "uostas/python-build",
  version: "3.11",
  packages: [...BASE, "python3", "python3-venv"],
  files: {
    [AUTHORITIES]: join("/", AUTHORITIES),
    "etc/pip.conf": join(import.meta.dirname, "pip.conf"),
  },
  env: { PATH },
  user: 1000,
  workingDirectory: "/",
};

export const postgres: Recipe = {
  repository: "uostas/postgres",
  version: "15",
  packages: [...BASE, "postgresql-15", "tzdata"],
  files: {
    "usr/local/bin/docker-entrypoint.sh": join(import.meta.dirname, "postgres-entrypoint.sh"),
  },
  env: { PATH: `/usr/lib/postgresql/15/bin:${PATH}` },
  user: 999,
  workingDirectory: "/",
};

export const redis: Recipe = {
  repository: "uostas/redis",
  version: "7.0",
  packages: [...BASE, "redis-server", "redis-tools"],
  files: {},
  env: { PATH },
  user: 999,
  workingDirectory: "/",
};
