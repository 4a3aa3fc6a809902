import { dockerConfigJson } from "../../model/docker-config.ts";
import type { GuardrailSettings } from "../../model/guardrails.ts";
import type { Settings } from "../../model/settings.ts";
import type { Check } from "../check.ts";
import { registryAuthority } from "../registry/authority.ts";

/** What the guards know beside the settings. Passwords and tokens go to the hosts they are for, and nowhere else. */
export interface GuardContext {
  /** The project's folder, inside the work tree that deployments are made from. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly registryPassword: string;
  readonly harborPassword: string | undefined;
  /** Token of the forge; public repositories need none. */
  readonly forgeToken: string | undefined;
  readonly hasFlower: boolean;
  /** While a reference is written into the stack's file, the work tree is about to change: git is for the deployment to judge. */
  readonly isPinning?: boolean;
  /** Settings of another stack of this project. @throws where it has none, or wrong ones */
  readonly settingsOf: (stack: string) => {
    readonly settings: Settings;
    readonly hasFlower: boolean;
  };
}

type Guard = keyof GuardrailSettings;

/** Ids of every check that a guard brings; where it is not configured each of them is skipped by name. */
const CHECKS: Readonly<Record<Guard, readonly string[]>> = {
  git: ["work-tree-clean", "commit-pushed"],
  image: ["image-exists", "image-tag-matches", "image-revision", "pull-credentials"],
  forge: ["commit-on-protected-branch", "ci-checks-passed"],
  harbor: ["no-proxy-cache", "tag-immutable", "digest-retained", "robot-expiry", "vulnerabilities"],
  staging: ["staging-healthy", "migrations-known"],
};

/** Of every check there is, configured or not. */
export const GUARD_IDS: readonly string[] = Object.values(CHECKS).flat();

/** Whether anything is to be judged at all: a waiver is, also where it waives nothing. */
export const isGuarded = ({
  guardrails,
  breakGlass,
}: Pick<Settings, "guardrails" | "breakGlass">): boolean =>
  breakGlass !== undefined || Object.values(guardrails).some((guard) => guard !== undefined);

/**
 * Every check that stands before a deployment, those that are not configured too. What a check needs is
 * loaded only where it is configured: a preview pays for nothing that it does not use.
 */
export async function guards(settings: Settings, context: GuardContext): Promise<Check[]> {
  const { git, image, forge, harbor, staging } = settings.guardrails;
  const checks = await Promise.all([
    ...(context.isPinning === true ? [] : [guard("git", git, (args) => gitChecks(args, context))]),
    guard("image", image, (args) => imageChecks(args, settings, context)),
    guard("forge", forge, (args) => forgeChecks(args, settings, context)),
    guard("harbor", harbor, (args) => harborChecks(args, settings, context)),
    guard("staging", staging, (args) => stagingChecks(args, settings, context)),
  ]);
  return checks.flat();
}

/** What hinders one guard from being put together, such as a file that is gone, must not hide what the others find. */
const guard = async <Arguments>(
  name: Guard,
  args: Arguments | undefined,
  build: (args: Arguments) => Promise<Check[]>,
): Promise<Check[]> => {
  if (args === undefined) return CHECKS[name].map((id) => skipped(id, name));
  try {
    return await build(args);
  } catch (error) {
    // Each check says it as its own: what is thrown in a check is an unknown.
    return CHECKS[name].map((id) => ({
      id,
      run: () =>
        Promise.resolve().then(() => {
          throw error;
        }),
    }));
  }
};

const skipped = (id: string, guard: Guard): Check => ({
  id,
  run: () =>
    Promise.resolve({
      verdict: "skipped",
      summary: `Not configured: guardrails.${guard} is not set.`,
    }),
});

async function gitChecks(
  { remote, branch }: NonNullable<GuardrailSettings["git"]>,
  { folder, environment }: GuardContext,
): Promise<Check[]> {
  const [{ Git }, { Repository }, { workTreeCleanCheck }, { commitPushedCheck }] =
    await Promise.all([
      import("../git/git.ts"),
      import("../git/repository.ts"),
      import("./work-tree-clean.ts"),
      import("./commit-pushed.ts"),
    ]);
  const repository = new Repository(new Git({ folder, environment }));
  return [workTreeCleanCheck({ repository }), commitPushedCheck({ repository, remote, branch })];
}

async function imageChecks(
  { source, platforms }: NonNullable<GuardrailSettings["image"]>,
  { image, registryUsername, guardrails }: Settings,
  context: GuardContext,
): Promise<Check[]> {
  const [
    { RegistryClient },
    { imageExistsCheck },
    { imageTagMatchesCheck },
    { imageRevisionCheck },
    { pullCredentialsCheck },
  ] = await Promise.all([
    import("../registry/registry-client.ts"),
    import("./image-exists.ts"),
    import("./image-tag-matches.ts"),
    import("./image-revision.ts"),
    import("./pull-credentials.ts"),
  ]);
  const password = requireSecret("registryPassword", context.registryPassword);
  const ca = registryAuthority({ guardrails }, context.folder);
  const login = { username: registryUsername, password };
  const client = new RegistryClient({
    host: image.registry,
    credentials: login,
    ...(ca !== undefined && { ca }),
  });
  return [
    imageExistsCheck({ client, image, platforms }),
    imageTagMatchesCheck({ client, image }),
    imageRevisionCheck({ client, image, source, now: context.now() }),
    pullCredentialsCheck({
      dockerConfigJson: dockerConfigJson({ registry: image.registry, ...login }),
      image,
      ca,
    }),
  ];
}

/** Without it the host would answer 401, which says less. */
function requireSecret(name: string, value: string | undefined): string {
  if (value !== undefined && value !== "") return value;
  throw new Error(`The secret ${name} is not set: pulumi config set --secret ${name}`);
}

const GITHUB_API = "https://api.github.com";

async function forgeChecks(
  {
    kind,
    api,
    repository,
    branch,
    requiredChecks,
    allowed,
  }: NonNullable<GuardrailSettings["forge"]>,
  { image }: Settings,
  { forgeToken }: GuardContext,
): Promise<Check[]> {
  const [{ github }, { forgejo }, { commitOnProtectedBranchCheck }, { ciChecksPassedCheck }] =
    await Promise.all([
      import("../forge/github.ts"),
      import("../forge/forgejo.ts"),
      import("./commit-on-protected-branch.ts"),
      import("./ci-checks-passed.ts"),
    ]);
  const client = kind === "github" ? github : forgejo;
  const forge = client({
    api: api ?? GITHUB_API,
    repository,
    ...(forgeToken !== undefined && { token: forgeToken }),
  });
  return [
    commitOnProtectedBranchCheck({ forge, commit: image.commit, branch }),
    ciChecksPassedCheck({ forge, commit: image.commit, required: requiredChecks, allowed }),
  ];
}

async function harborChecks(
  { username, robotDays, severity }: NonNullable<GuardrailSettings["harbor"]>,
  { image, registryUsername, guardrails }: Settings,
  context: GuardContext,
): Promise<Check[]> {
  const [
    { HarborClient },
    { noProxyCacheCheck },
    { tagImmutableCheck },
    { digestRetainedCheck },
    { robotExpiryCheck },
    { vulnerabilitiesCheck },
  ] = await Promise.all([
    import("../registry/harbor-client.ts"),
    import("./no-proxy-cache.ts"),
    import("./tag-immutable.ts"),
    import("./digest-retained.ts"),
    import("./robot-expiry.ts"),
    import("./vulnerabilities.ts"),
  ]);
  const password = requireSecret("harborPassword", context.harborPassword);
  const ca = registryAuthority({ guardrails }, context.folder);
  const harbor = new HarborClient({
    host: image.registry,
    credentials: { username, password },
    ...(ca !== undefined && { ca }),
  });
  return [
    noProxyCacheCheck({ harbor, image }),
    tagImmutableCheck({ harbor, image }),
    digestRetainedCheck({ harbor, image }),
    robotExpiryCheck({
      harbor,
      image,
      username: registryUsername,
      minimumDays: robotDays,
      now: context.now(),
    }),
    vulnerabilitiesCheck({ harbor, image, severity, unscanned: "fail" }),
  ];
}

async function stagingChecks(
  { stack, soakMinutes }: NonNullable<GuardrailSettings["staging"]>,
  target: Settings,
  context: GuardContext,
): Promise<Check[]> {
  const [{ connect }, { expectedOf }, { stagingHealthyCheck }, { migrationsKnownCheck }, resolver] =
    await Promise.all([
      import("../cluster/connect.ts"),
      import("../post/expected.ts"),
      import("./staging-healthy.ts"),
      import("./migrations-known.ts"),
      import("../registry/resolver.ts"),
    ]);
  const { unlessVerifiedHere } = await import("./verified-here.ts");
  // A cluster that cannot be reached is for each check to say.
  const instance = async ({ settings, hasFlower }: ReturnType<GuardContext["settingsOf"]>) => ({
    cluster: await connect(settings),
    expected: expectedOf(settings, hasFlower),
  });
  const own = { settings: target, hasFlower: context.hasFlower };
  const { reference } = target.image;
  return [
    {
      id: "staging-healthy",
      run: async (signal) => {
        const here = await instance(own);
        const resolveImage = resolver.imageResolver(target, {
          password: context.registryPassword,
          ca: registryAuthority(target, context.folder),
        });
        return unlessVerifiedHere({ cluster: here.cluster, reference, signal }, async () =>
          stagingHealthyCheck({
            ...(await instance(context.settingsOf(stack))),
            candidate: target.image,
            soakMinutes,
            now: context.now,
            resolveImage,
          }).run(signal),
        );
      },
    },
    {
      id: "migrations-known",
      run: async (signal) => {
        const here = await instance(own);
        return unlessVerifiedHere({ cluster: here.cluster, reference, signal }, async () =>
          migrationsKnownCheck({
            staging: await instance(context.settingsOf(stack)),
            target: here,
          }).run(signal),
        );
      },
    },
  ];
}
