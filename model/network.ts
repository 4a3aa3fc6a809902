import { isIP } from "node:net";
import * as v from "valibot";
import { flag, group, listOf, port } from "./setting-fields.ts";

const PREFIX_LENGTH = /^(?:0|[1-9]\d{0,2})$/;

function isAddressBlock(text: string): boolean {
  const [address = "", length = "", ...rest] = text.split("/");
  const longest = { 4: 32, 6: 128 }[isIP(address)];
  return (
    longest !== undefined &&
    rest.length === 0 &&
    PREFIX_LENGTH.test(length) &&
    Number(length) <= longest
  );
}

const cidr = v.pipe(
  v.string("is not text"),
  v.check(isAddressBlock, "is not a block of addresses such as 10.0.0.0/8"),
);

const labels = v.record(
  v.string(),
  v.string("is not text"),
  "is not an object of labels and their values",
);

/** Who is at the other end of a connection. */
export type Peer =
  | {
      readonly kind: "pods";
      /** Of the namespaces that the pods are in; undefined for the instance's own. */
      readonly namespaceLabels: Readonly<Record<string, string>> | undefined;
      /** Undefined for all pods of these namespaces. */
      readonly podLabels: Readonly<Record<string, string>> | undefined;
    }
  | { readonly kind: "addresses"; readonly cidr: string };

const Peer = v.pipe(
  group({
    namespaceLabels: v.optional(labels),
    podLabels: v.optional(labels),
    cidr: v.optional(cidr),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }): Peer => {
    const { namespaceLabels, podLabels, cidr: block } = dataset.value;
    const namesPods = namespaceLabels !== undefined || podLabels !== undefined;
    if (namesPods && block === undefined) return { kind: "pods", namespaceLabels, podLabels };
    if (!namesPods && block !== undefined) return { kind: "addresses", cidr: block };
    addIssue({
      message: "needs either namespaceLabels or podLabels or both (pods), or cidr (addresses)",
    });
    return NEVER;
  }),
);

/** Who may connect to whom, as far as the program cannot know it. */
export const Network = group({
  /** Who may ask web. Left out, everyone: an Ingress controller can be anywhere, on a node's own network too. */
  webFrom: v.optional(listOf(Peer)),
  /** Whether web, workers and migration may reach ports 80 and 443 of public addresses. */
  internet: v.optional(flag, true),
  /** What else they may reach, for example a store of files on a private address. */
  egress: v.optional(v.array(group({ to: Peer, port }), "is not a list"), []),
});
