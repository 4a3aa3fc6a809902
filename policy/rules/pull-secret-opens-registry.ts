import { objectsOf } from "../objects.ts";
import {
  decodeAuth,
  dockerConfigOf,
  isPullSecret,
  PULL_SECRET_TYPE,
  type RegistryLogin,
} from "../pull-secrets.ts";
import type { Finding, ResourceRule } from "../rule.ts";

/** Harbor's own prefix; an administrator may set another (goharbor/harbor, robot_name_prefix). */
const ROBOT_PREFIX = "robot$";

/** What is not known before the update is judged when the update makes the Secret. */
export const pullSecretOpensRegistry: ResourceRule = {
  name: "pull-secret-opens-registry",
  description: "A pull secret holds a whole login for each of its registries.",
  severity: "high",
  why: "a kubelet ignores a login that it cannot use, and pulls without one; the registry then says that there is no such image.",
  failures: [9, 10],
  examples: {
    good: `type: ${PULL_SECRET_TYPE}
stringData:
  .dockerconfigjson: |
    { "auths": { "harbor.example.org": { "auth": "<base64 of robot$uostas+pull:password>" } } }`,
    bad: `type: ${PULL_SECRET_TYPE}
stringData:
  .dockerconfigjson: |
    { "auths": { "https://harbor.example.org/v2": { "auth": "<base64 of robot+pull:password>" } } }`,
  },
  configSchema: {
    properties: {
      hosts: {
        type: "array",
        items: { type: "string" },
        minItems: 1,
        description:
          "<host>[:port] of the registries that a Secret may log in to, for example harbor.example.org; any where it is not set",
      },
      robotPrefix: {
        type: "string",
        description: `What the names of Harbor's robot accounts begin with; ${ROBOT_PREFIX} where it is not set`,
      },
    },
  },
  judge: (resource, { hosts, robotPrefix = ROBOT_PREFIX }) =>
    objectsOf(resource, "Secret")
      .filter(isPullSecret)
      .flatMap((secret): Finding[] => {
        const config = dockerConfigOf(secret);
        if (config === undefined) return [];
        const path = secret.at(config.path);
        if ("problem" in config.logins) {
          const fix = 'write { "auths": { "<host>": { "username", "password", "auth" } } }';
          return [{ path, problem: config.logins.problem, fix }];
        }
        return config.logins.flatMap((login) => [
          ...hostFaults(path, login, hosts as readonly string[] | undefined),
          ...userFaults(`${path}.auths["${login.key}"]`, login, robotPrefix as string),
        ]);
      }),
};

function hostFaults(
  path: string,
  { key, scope }: RegistryLogin,
  allowed: readonly string[] | undefined,
): Finding[] {
  const fault = (problem: string, fix: string): Finding[] => [
    { path: `${path}.auths`, problem: `has the key "${key}", ${problem}`, fix },
  ];
  if (scope === undefined) {
    return fault("which names no registry", "write the host as images name it: <host>[:port]");
  }
  if (allowed === undefined || allowed.includes(scope.host)) return [];
  return fault("which is none of the allowed hosts", `log in to ${allowed.join(" or ")}`);
}

/** Says who, but never with what. */
function userFaults(path: string, login: RegistryLogin, robotPrefix: string): Finding[] {
  const fault = (field: string, problem: string, fix: string): Finding[] => [
    { path: `${path}.${field}`, problem, fix },
  ];
  const auth = login.auth === undefined ? undefined : decodeAuth(login.auth);
  const [, user, password] = /^([^:]+):(.+)$/s.exec(auth ?? "") ?? [];
  if (login.auth === undefined) {
    if (login.username === undefined) return fault("username", "is not set", "set it");
    if (login.password === undefined) return fault("password", "is not set", "set it");
  } else if (user === undefined || password === undefined) {
    return fault(
      "auth",
      "is not base64 of <user>:<password>",
      "encode the user, a colon and the password, without a line feed at the end",
    );
  }
  const name = user ?? login.username ?? "";
  const faults: Finding[] = [];
  // The kubelet takes auth, other programs what stands beside it: one of them would fail.
  if (login.auth !== undefined && login.username !== undefined && login.username !== user) {
    faults.push(
      ...fault(
        "auth",
        `is for the user "${name}", and username is "${login.username}"`,
        "encode what username and password say",
      ),
    );
  }
  if (login.auth !== undefined && login.password !== undefined && login.password !== password) {
    faults.push(
      ...fault(
        "auth",
        "holds another password than the field password",
        "encode what username and password say",
      ),
    );
  } else if ((password ?? login.password)?.endsWith("\n")) {
    faults.push(
      ...fault(
        password === undefined ? "password" : "auth",
        "holds a password with a line feed at its end",
        "write it without: printf puts none there, echo does",
      ),
    );
  }
  if (isMaimedRobot(name, robotPrefix)) {
    faults.push(
      ...fault(
        user === undefined ? "username" : "auth",
        `is for the user "${name}", a robot account without "${robotPrefix}"`,
        `write its whole name, in single quotes where a shell reads it: '${robotPrefix}<project>+<name>'`,
      ),
    );
  }
  return faults;
}

/** A shell takes `$uostas` in "robot$uostas+pull" for a variable, and leaves "robot+pull". */
const isMaimedRobot = (name: string, prefix: string): boolean => {
  const word = /^[a-z]+/i.exec(prefix)?.[0] ?? prefix;
  return name.startsWith(word) && !name.startsWith(prefix);
};
