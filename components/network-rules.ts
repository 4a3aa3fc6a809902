import type { types } from "@pulumi/kubernetes";
import { type Component, LABEL, PART_OF } from "../model/labels.ts";
import type { Peer } from "../model/network.ts";

type IngressRule = types.input.networking.v1.NetworkPolicyIngressRule;
type EgressRule = types.input.networking.v1.NetworkPolicyEgressRule;
type PolicyPeer = types.input.networking.v1.NetworkPolicyPeer;
type PolicyPort = types.input.networking.v1.NetworkPolicyPort;
type Selector = types.input.meta.v1.LabelSelector;

/** Every pod of the instance, and nobody else's: cert-manager's solvers for one share its namespace. */
export const INSTANCE: Selector = { matchLabels: { [LABEL.partOf]: PART_OF } };

export const podsOf = (components: readonly Component[]): Selector => ({
  ...INSTANCE,
  matchExpressions: [{ key: LABEL.component, operator: "In", values: [...components] }],
});

const tcp = (port: number): PolicyPort => ({ protocol: "TCP", port });

const NAME_SERVICE_PORT = 53;

/** To anywhere: name servers run in a namespace, on the node or outside, as the cluster pleases. */
export const TO_NAME_SERVICE: EgressRule = {
  ports: [{ protocol: "UDP", port: NAME_SERVICE_PORT }, tcp(NAME_SERVICE_PORT)],
};

/** Addresses of this network, its nodes and their metadata services (RFC 1918, 3927, 4193, 4291, 6598). */
const PRIVATE_IPV4 = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
];
const PRIVATE_IPV6 = ["fc00::/7", "fe80::/10"];

/**
 * The servers of the fediverse. Whoever posts a link chooses what BookWyrm fetches, and BookWyrm refuses
 * private addresses only where they are written as such, not where a name stands for one.
 */
export const TO_INTERNET: EgressRule = {
  to: [
    { ipBlock: { cidr: "0.0.0.0/0", except: PRIVATE_IPV4 } },
    { ipBlock: { cidr: "::/0", except: PRIVATE_IPV6 } },
  ],
  ports: [tcp(80), tcp(443)],
};

/** A server that has a name: a NetworkPolicy knows addresses only, so this is a port of any address. */
export const toPort = (port: number): EgressRule => ({ ports: [tcp(port)] });

export const toComponent = (component: Component, port: number): EgressRule => ({
  to: [{ podSelector: podsOf([component]) }],
  ports: [tcp(port)],
});

export const toPeer = (peer: Peer, port: number): EgressRule => ({
  to: [policyPeer(peer)],
  ports: [tcp(port)],
});

export const fromComponents = (components: readonly Component[], port: number): IngressRule => ({
  from: [{ podSelector: podsOf(components) }],
  ports: [tcp(port)],
});

/** @param peers undefined for everyone */
export const fromPeers = (peers: readonly Peer[] | undefined, port: number): IngressRule => ({
  ...(peers && { from: peers.map(policyPeer) }),
  ports: [tcp(port)],
});

function policyPeer(peer: Peer): PolicyPeer {
  if (peer.kind === "addresses") return { ipBlock: { cidr: peer.cidr } };
  const { namespaceLabels, podLabels } = peer;
  return {
    ...(namespaceLabels && { namespaceSelector: { matchLabels: namespaceLabels } }),
    ...(podLabels && { podSelector: { matchLabels: podLabels } }),
  };
}
