import * as v from "valibot";
import type { Credentials } from "./authentication.ts";

const schema = v.object({
  auths: v.record(
    v.string(),
    v.object({
      auth: v.optional(v.string()),
      username: v.optional(v.string()),
      password: v.optional(v.string()),
    }),
  ),
});

/**
 * The account that a `kubernetes.io/dockerconfigjson` secret has for a registry. The host must stand
 * there as it does in the image's reference: the kubelet pulls as nobody where it finds no key.
 *
 * @returns or what is wrong, to be read after "The pull secret"; never a value of it
 */
export function pullSecretCredentials(
  dockerConfigJson: string,
  host: string,
): Credentials | { readonly problem: string } {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), dockerConfigJson);
  if (!parsed.success) return { problem: "is no .dockerconfigjson with auths" };
  const { auths } = parsed.output;
  const entry = auths[host];
  if (entry === undefined) {
    const others = Object.keys(auths).join(", ");
    return { problem: `has no entry for ${host}, only for ${others === "" ? "nobody" : others}` };
  }
  const { auth, ...fields } = entry;
  const [, name, secret] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(auth ?? "", "base64").toString()) ?? [];
  const username = fields.username ?? name ?? "";
  const password = fields.password ?? secret ?? "";
  if (username === "" || password === "") return { problem: `has no account for ${host}` };
  if (auth !== undefined && (name !== username || secret !== password)) {
    return { problem: `has an auth for ${host} that is not its username and password` };
  }
  return { username, password };
}
