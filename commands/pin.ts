import { resolve } from "node:path";
import { execute } from "../lab/execute.ts";
import { parseImageReference } from "../model/image-reference.ts";
import type { ReleaseImage } from "../model/pinned-image.ts";
import { registryAuthority } from "../checks/registry/authority.ts";
import { RegistryClient } from "../checks/registry/registry-client.ts";
import { passGuards } from "./guard.ts";
import { pinStack, releaseImage } from "./pinning.ts";
import { PROJECT } from "./pulumi.ts";
import { openStack, type Stack } from "./stack.ts";
import { PIN_USAGE, UsageError } from "./usage.ts";

export interface PinOptions {
  /** Stack of the project in image/. */
  readonly fromImage?: string | undefined;
}

const RESOLVE_TIMEOUT_MS = 30_000;

/** @returns the exit code: 0 pinned, 1 refused. @throws UsageError */
export async function pin(
  [name, ...texts]: readonly string[],
  { fromImage }: PinOptions,
): Promise<number> {
  const [text] = texts;
  if (texts.length + (fromImage === undefined ? 0 : 1) !== 1) {
    throw new UsageError(
      `\`wyrm pin\` needs a stack, and one of a tag, a reference and --from-image:\n${PIN_USAGE}`,
    );
  }
  const stack = await openStack(name, "pin");
  const wanted = text ?? (await builtReference(fromImage ?? ""));
  return pinTo(stack, await pinned(wanted, stack));
}

/** Judges an image for a stack, and writes it into the stack's file where nothing stands in the way. @returns the exit code */
export async function pinTo(stack: Stack, image: ReleaseImage): Promise<number> {
  requireSameRegistry(image.registry, stack.settings.image.registry);
  const context = { ...stack.context, isPinning: true };
  if (!(await passGuards({ ...stack.settings, image }, context))) {
    process.stderr.write(`Pulumi.${stack.name}.yaml is unchanged.\n`);
    return 1;
  }
  process.stdout.write(`${pinStack(stack.name, image.reference)}\n`);
  return 0;
}

/**
 * The guards log in to the registry of the image: a pin elsewhere would send the password to whatever
 * host was typed, and the pods would pull with a login that is not for it.
 */
export function requireSameRegistry(wanted: string, current: string): void {
  if (wanted === current) return;
  throw new UsageError(
    `The stack pulls from ${current}, this image is on ${wanted}, and the login is for one registry. To move, write bookwyrm:image and bookwyrm:registryUsername into the stack's file, and set the secret registryPassword`,
  );
}

/** A tag alone is one of the repository that the stack is pinned to; a digest that is given is not asked for again. */
async function pinned(text: string, { settings, context }: Stack): Promise<ReleaseImage> {
  const current = settings.image;
  const isTag = /^[\w][\w.-]*$/.test(text);
  const reference = isTag ? `${current.registry}/${current.path}:${text}` : text;
  const parsed = parseImageReference(reference);
  if ("problem" in parsed) throw new UsageError(`"${text}" ${parsed.problem}`);
  const { registry, path, tag, digest } = parsed;
  if (digest !== undefined) return releaseImage(reference);
  if (tag === undefined) throw new UsageError(`"${text}" has neither a tag nor a digest`);
  requireSameRegistry(registry, current.registry);
  const ca = registryAuthority(settings, PROJECT);
  const client = new RegistryClient({
    host: registry,
    credentials: { username: settings.registryUsername, password: context.registryPassword },
    ...(ca !== undefined && { ca }),
  });
  const found = await client.resolveTag(path, tag, AbortSignal.timeout(RESOLVE_TIMEOUT_MS));
  return releaseImage(`${reference}@${found}`);
}

/** What the last `pulumi up` in image/ has built and pushed. */
const builtReference = async (stack: string): Promise<string> =>
  (
    await execute(
      ["pulumi", "stack", "output", "reference", "--stack", stack, "--non-interactive"],
      { cwd: resolve(PROJECT, "image") },
    )
  ).trim();
