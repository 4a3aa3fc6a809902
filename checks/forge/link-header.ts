/** The page after this one by RFC 8288, resolved against where the header came from. */
export function nextPage(link: string | undefined, current: URL): URL | undefined {
  for (const [, target = "", parameters = ""] of (link ?? "").matchAll(/<([^>]*)>([^<]*)/g)) {
    const [, quoted, bare] = /;\s*rel=(?:"([^"]*)"|([^\s;,]+))/i.exec(parameters) ?? [];
    const relations = (quoted ?? bare ?? "").split(" ");
    if (relations.includes("next")) return URL.parse(target, current.href) ?? undefined;
  }
  return undefined;
}
