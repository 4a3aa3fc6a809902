import {
  error,
  type HarborAccount,
  type HarborAnswer,
  type HarborState,
  json,
} from "./harbor-state.ts";

/** Harbor's own API under /api/v2.0, in the forms of its api/v2.0/swagger.yaml (v2.16). */
export function answerApi(
  pathname: string,
  account: HarborAccount,
  state: HarborState,
): HarborAnswer {
  const { project } = state;
  const digest = /\/artifacts\/(sha256:[0-9a-f]{64})$/.exec(pathname)?.[1];
  switch (pathname) {
    case `/api/v2.0/projects/${project.name}`:
      return json({
        project_id: 1,
        registry_id: project.registryId ?? 0,
        metadata:
          project.retention === undefined ? {} : { retention_id: project.retention.id.toString() },
      });
    case "/api/v2.0/robots":
      return robots(state);
    case "/api/v2.0/system/gc/schedule":
      return collection(account, state);
    case `/api/v2.0/retentions/${(project.retention?.id ?? 0).toString()}`:
      return retention(account, state);
    default:
      return digest === undefined ? error(404, "NOT_FOUND") : artifact(digest, state);
  }
}

const robots = ({ accounts }: HarborState): HarborAnswer =>
  json(
    accounts.map(({ username, disabled = false, expiresAt = -1 }) => ({
      name: username,
      disable: disabled,
      expires_at: expiresAt,
    })),
  );

function collection(account: HarborAccount, { collection: schedule }: HarborState): HarborAnswer {
  if (account.isAdministrator !== true) return error(403, "FORBIDDEN");
  // As server/v2.0/handler/gc.go: without a schedule an answer without a body.
  if (schedule === undefined) return { status: 200 };
  const { type, cron, deleteUntagged } = schedule;
  return json({
    id: 1,
    job_name: "",
    job_kind: cron,
    job_parameters: JSON.stringify({ delete_untagged: deleteUntagged, workers: 1 }),
    deleted: false,
    schedule: { type, cron, next_scheduled_time: "2025-11-17T00:00:00.000Z" },
  });
}

function retention(account: HarborAccount, { project }: HarborState): HarborAnswer {
  if (project.retention === undefined) return error(404, "NOT_FOUND");
  if (account.mayReadRetention === false) return error(403, "FORBIDDEN");
  const { id, rules, cron } = project.retention;
  return json({
    id,
    algorithm: "or",
    rules: rules.map(({ disabled = false, template, params = {}, tag, repository }, position) => ({
      id: position + 1,
      priority: position + 1,
      disabled,
      action: "retain",
      template,
      params,
      tag_selectors: [tag],
      scope_selectors: { repository: [repository] },
    })),
    trigger: { kind: "Schedule", settings: { cron }, references: {} },
    scope: { level: "project", ref: 1 },
  });
}

function artifact(digest: string, state: HarborState): HarborAnswer {
  const { tags, severities } = state;
  const manifest = parsed(digest, state);
  if (manifest === undefined) return error(404, "NOT_FOUND");
  const severity = severities.get(digest);
  return json({
    digest,
    tags: [...tags]
      .filter(([, tag]) => tag.digest === digest)
      .map(([name, { immutable }]) => ({ name, immutable })),
    ...ofManifest(manifest, state),
    ...(severity !== undefined && {
      scan_overview: {
        "application/vnd.security.vulnerability.report; version=1.1": {
          scan_status: "Success",
          severity,
        },
      },
    }),
  });
}

interface Manifest {
  readonly config?: { readonly digest: string };
  readonly manifests?: readonly { readonly digest: string; readonly platform: unknown }[];
}

/** An index has no labels of its own: they are its children's, which it names. */
function ofManifest({ config, manifests }: Manifest, state: HarborState): object {
  if (manifests !== undefined) {
    return {
      references: manifests.map(({ digest, platform }) => ({ child_digest: digest, platform })),
    };
  }
  return config === undefined ? {} : { extra_attrs: parsed(config.digest, state) };
}

function parsed(digest: string, { content }: HarborState): Manifest | undefined {
  const found = content.get(digest);
  return found && (JSON.parse(found.body.toString()) as Manifest);
}
