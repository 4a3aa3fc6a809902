import type { Value } from "./read.ts";
import type { Route } from "./routes.ts";

/** Also with what a program puts before it, or Pulumi behind it. */
const SERVICE = /(?:^|-)flower(?:-|$)/;
const PATH = /^\/flower(?:\W|$)/;

export const FLOWER_FIX = "leave it out, and use `kubectl port-forward service/flower 8888`";

/**
 * How a route says by itself that it leads to flower; undefined where it does not. What a path leads to is not in
 * the route: a proxy behind it may know flower, so its path counts too.
 */
export function namesFlower({
  path,
  service,
}: Pick<Route, "path" | "service">): string | undefined {
  if (matches(service, SERVICE)) return `leads to the Service "${service.value}"`;
  return matches(path, PATH) ? `opens the path "${path.value}"` : undefined;
}

const matches = (value: Value, form: RegExp): value is Value & { readonly value: string } =>
  value.state === "known" && typeof value.value === "string" && form.test(value.value);
