import { faultIfSet, finding } from "../fields.ts";
import { isSwitchedOff, nginxAnnotation, nginxKey } from "../nginx.ts";
import { type KubernetesObject, objectsOf } from "../objects.ts";
import { itemsOf, textOf, type Value } from "../read.ts";
import type { Finding, ResourceRule } from "../rule.ts";

const REDIRECT = "ssl-redirect";

/** An HTTPRoute says nothing about TLS: the listeners of its Gateway do, and a gateway serves many programs. */
export const ingressHasTls: ResourceRule = {
  name: "ingress-has-tls",
  description: "Every Ingress names its hosts, and has a certificate for each of them.",
  severity: "high",
  why: "passwords and sessions would go over the network in clear, and other servers refuse a BookWyrm without TLS.",
  failures: [],
  examples: {
    good: `spec:
  tls:
    - hosts: [books.example.org]
      secretName: books-tls
  rules:
    - host: books.example.org`,
    bad: `spec:
  rules:
    - host: books.example.org`,
  },
  judge: (resource) => objectsOf(resource, "Ingress").flatMap(faultsOf),
};

function faultsOf(ingress: KubernetesObject): Finding[] {
  const { read, at, isPatch } = ingress;
  const tls = read("spec", "tls");
  const redirect = finding(
    at(`metadata.annotations["${nginxKey(REDIRECT)}"]`),
    faultIfSet(nginxAnnotation(ingress, REDIRECT), (value) => !isSwitchedOff(value)),
    "leave it out: then whoever asks without TLS is sent to the address with it",
  );
  // What a Patch leaves out may be there already.
  if (isPatch && tls.state === "absent") return redirect;
  const covered = itemsOf(tls).flatMap((entry) => itemsOf(entry("hosts")).map((host) => host()));
  if (tls.state === "unknown" || covered.some(({ state }) => state === "unknown")) {
    const problem = "is not known yet";
    const fix = "write the hosts as texts";
    return [...redirect, { path: at("spec.tls"), problem, fix, isUnknown: true }];
  }
  const catchAll = ["defaultBackend", "backend"]
    .filter((field) => read("spec", field).state !== "absent")
    .map((field) => ({
      path: at(`spec.${field}`),
      problem: "answers for every host, for which there is no certificate",
      fix: "name the host in a rule",
    }));
  const rules = itemsOf(read("spec", "rules")).flatMap((rule, index) =>
    hostFaults(at(`spec.rules[${index.toString()}].host`), rule("host"), covered),
  );
  return [...redirect, ...catchAll, ...rules];
}

function hostFaults(path: string, host: Value, covered: readonly Value[]): Finding[] {
  if (host.state === "unknown") {
    return [
      { path, problem: "is not known yet", fix: "write the host as a text", isUnknown: true },
    ];
  }
  if (host.state === "absent" || textOf(host) === "") {
    const problem = "is not set, so that the rule is for every host";
    return [{ path, problem, fix: "name the host" }];
  }
  const isCovered = covered.some((name) => covers(textOf(name) ?? "", textOf(host) ?? ""));
  if (isCovered) return [];
  const problem = `is ${JSON.stringify(host.value)}, which no entry of spec.tls names`;
  return [{ path, problem, fix: "add it to the hosts of an entry of spec.tls" }];
}

/** As TLS has it: a wildcard stands for one label. */
const covers = (name: string, host: string): boolean =>
  name === host || (name.startsWith("*.") && host.replace(/^[^.*]+/, "*") === name);
