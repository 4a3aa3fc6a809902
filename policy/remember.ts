import { createRequire } from "node:module";

/** Computes once for each object; forgets together with the object. */
export const remembered = <Key extends object, Result>(
  compute: (key: Key) => Result,
): ((key: Key) => Result) => rememberedBy((key) => key, compute);

/** Computes once for all inputs that share the object which `keyOf` finds in them. */
export function rememberedBy<Input, Result>(
  keyOf: (input: Input) => object,
  compute: (input: Input) => Result,
): (input: Input) => Result {
  const results = new WeakMap<object, { readonly result: Result }>();
  return (input) => {
    const key = keyOf(input);
    let known = results.get(key);
    if (known === undefined) {
      known = { result: compute(input) };
      results.set(key, known);
    }
    return known.result;
  };
}

interface Deserialize {
  deserializeProperties: (struct: object, keepSecrets: boolean) => object;
}
interface ProxyModule {
  unknownCheckingProxy: (props: object) => object;
}

/**
 * Lets the SDK take a message from the engine apart once, and not once for every policy (@pulumi/policy 1.21,
 * server.js): with 40 rules that is most of the time that a pack needs. Nothing else changes, since no rule
 * writes to what it is given; where the SDK no longer looks like this, the pack is slower and no less right.
 */
export function readMessagesOnce(): void {
  const require = createRequire(import.meta.url);
  const deserialize = require("@pulumi/policy/deserialize") as Deserialize;
  const proxy = require("@pulumi/policy/proxy") as ProxyModule;
  const original = deserialize.deserializeProperties;
  const plain = remembered((struct: object) => original(struct, false));
  // With secrets kept apart it serves remediations, which do write.
  deserialize.deserializeProperties = (struct, keepSecrets) =>
    keepSecrets ? original(struct, true) : plain(struct);
  proxy.unknownCheckingProxy = remembered(proxy.unknownCheckingProxy);
}
