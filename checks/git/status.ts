/** What `git status --porcelain=v2 --branch -z` says. */
export interface Status {
  /** Full sha; undefined in a repository without a commit. */
  readonly commit: string | undefined;
  /** undefined where HEAD is detached, as in most CI checkouts. */
  readonly branch: string | undefined;
  readonly changes: readonly Change[];
}

export interface Change {
  readonly path: string;
  readonly kind: "changed" | "untracked" | "in conflict";
}

/** How many fields stand before the path in each kind of entry (git-status(1), porcelain format version 2). */
const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { "1": 8, "2": 9, u: 10, "?": 1 };

/** @throws Error where an entry is of no known kind: nothing that git reports may be overlooked */
export function parseStatus(text: string): Status {
  let commit: string | undefined;
  let branch: string | undefined;
  const changes: Change[] = [];
  const entries = text.split("\0").values();
  for (const entry of entries) {
    if (entry === "") continue;
    const [kind = "", ...fields] = entry.split(" ");
    if (kind === "#") {
      const [header, value = ""] = fields;
      if (header === "branch.oid" && value !== "(initial)") commit = value;
      if (header === "branch.head" && value !== "(detached)") branch = value;
      continue;
    }
    const before = FIELDS_BEFORE_PATH[kind];
    if (before === undefined) throw new Error(`git status printed an unknown entry: ${entry}`);
    changes.push({ path: fields.slice(before - 1).join(" "), kind: kindOf(kind) });
    // A renamed file's old path is an entry of its own.
    if (kind === "2") entries.next();
  }
  return { commit, branch, changes };
}

function kindOf(kind: string): Change["kind"] {
  if (kind === "?") return "untracked";
  return kind === "u" ? "in conflict" : "changed";
}
