export interface RegistryLogin {
  /** Host with its port, exactly as it stands in image references. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/** The text of `.dockerconfigjson`, as the kubelet reads it. */
export const dockerConfigJson = ({ registry, username, password }: RegistryLogin): string =>
  JSON.stringify({
    auths: {
      [registry]: {
        username,
        password,
        auth: Buffer.from(`${username}:${password}`).toString("base64"),
      },
    },
  });
