/** The page after this one by RFC 8288, resolved against where the header came from. */
export function nextPage(link: string | undefined, current: URL): URL | undefined {
  for (const [, target = "", params = ""] of (link ?? "").matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel="?(?:[\w ]+ )?next(?: [\w ]+)?"?/i.test(params)) {
      return URL.parse(target, current.href) ?? undefined;
    }
  }
  return undefined;
}
