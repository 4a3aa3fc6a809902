/** A path of an Ingress. */
export const path = (path: unknown, service: unknown, pathType = "Prefix"): object => ({
  path,
  pathType,
  backend: { service: { name: service, port: { number: 80 } } },
});

/** An Ingress for one host, with its certificate. */
export const ingress = (...paths: readonly object[]): Record<string, object> => ({
  metadata: { labels: { "app.kubernetes.io/part-of": "bookwyrm" } },
  spec: {
    tls: [{ hosts: ["books.example.org"], secretName: "books-tls" }],
    rules: [{ host: "books.example.org", http: { paths } }],
  },
});

/** A rule of an HTTPRoute. */
export const routeRule = (value: string | undefined, ...services: readonly string[]): object => ({
  ...(value !== undefined && { matches: [{ path: { type: "PathPrefix", value } }] }),
  ...(services.length > 0 && { backendRefs: services.map((name) => ({ name, port: 80 })) }),
});

/** An HTTPRoute for one host. */
export const httpRoute = (...rules: readonly object[]): Record<string, object> => ({
  metadata: { labels: { "app.kubernetes.io/part-of": "bookwyrm" } },
  spec: { hostnames: ["books.example.org"], rules },
});

export const INGRESS = "networking.k8s.io/v1:Ingress";
export const HTTP_ROUTE = "gateway.networking.k8s.io/v1:HTTPRoute";
