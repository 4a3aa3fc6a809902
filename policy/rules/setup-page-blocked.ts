import { objectsOf } from "../objects.ts";
import { ROUTING_KINDS } from "../routes.ts";
import type { ResourceRule } from "../rule.ts";
import { isBookWyrmRouting, openingsByName } from "../setup-page.ts";

/**
 * Judges objects that are labelled as BookWyrm's: a route alone does not say what its Service runs, and
 * `bookwyrm-routed-safely` follows it to the pods. Two objects for one host are judged each by itself, so the
 * one that opens the site must block the page.
 */
export const setupPageBlocked: ResourceRule = {
  name: "setup-page-blocked",
  description: "What opens BookWyrm to the outside keeps /setup closed.",
  severity: "critical",
  why: "until there is an administrator, whoever opens /setup first becomes one: BookWyrm asks for a code and does not check it.",
  failures: [],
  examples: {
    good: `kind: Ingress
metadata:
  labels: { app.kubernetes.io/part-of: bookwyrm }
spec:
  rules:
    - host: books.example.org
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }
          - { path: /setup, pathType: Prefix, backend: { service: { name: nothing, port: { number: 80 } } } }`,
    bad: `kind: Ingress
metadata:
  labels: { app.kubernetes.io/part-of: bookwyrm }
spec:
  rules:
    - host: books.example.org
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }`,
  },
  judge: (resource) =>
    objectsOf(resource, ...ROUTING_KINDS)
      .filter(isBookWyrmRouting)
      .flatMap(openingsByName),
};
