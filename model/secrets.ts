/** Everything that a stack may only set encrypted. */
export const SECRET_NAMES = [
  "secretKey",
  "postgresPassword",
  "redisActivityPassword",
  "redisBrokerPassword",
  "emailPassword",
  "registryPassword",
  "flowerBasicAuth",
  "harborPassword",
  "forgeToken",
  "sentryToken",
] as const;

export type SecretName = (typeof SECRET_NAMES)[number];

const OPTIONAL: readonly SecretName[] = [
  "flowerBasicAuth",
  "harborPassword",
  "forgeToken",
  "sentryToken",
];

export const isRequired = (name: SecretName): boolean => !OPTIONAL.includes(name);

/** A mistake in a secret; it has no place for the value. */
export interface SecretProblem {
  readonly secret: SecretName;
  /** Reads on from the secret's name. */
  readonly problem: string;
}

export const IN_CLEAR = "is stored in clear";
