/** A command line that cannot be understood; its message says what to write. */
export class UsageError extends Error {}

export const PIN_USAGE = `wyrm pin <stack> <tag or reference>
wyrm pin <stack> --from-image <stack of image/>
                         find the digest, judge it, and write it into the stack's file`;

export const PROMOTE_USAGE = `wyrm promote <from> <to>
                         judge the very reference of one stack for another, and write it there`;

export const POLICY_USAGE = `wyrm policy docs         write policy/rules/README.md anew
wyrm policy report <stack> [--state FILE] [--format json|sarif|junit | --out FOLDER]
                         run the policies on a preview or an exported state, for machines`;

export const LAB_USAGE = `wyrm lab up              bring the lab up; does nothing where it runs
wyrm lab down            stop it and remove everything that it put on this machine
wyrm lab status [--json] what runs; exit code 1 where a part does not
wyrm lab env             exports for your shell: eval "$(npx wyrm lab env)"
wyrm lab logs <part>     the log of a part that \`status\` lists`;

export const USAGE = `wyrm start               bring the lab up and deploy BookWyrm on it (npm start)
wyrm test [--unit]       check and test everything, or only what needs no cluster (npm test)
wyrm bench [--json]      measure previews, policies and verification (npm run bench)

wyrm guard <stack>       judge everything that must hold before a deployment
${PIN_USAGE}
${PROMOTE_USAGE}
wyrm deploy <stack> [--yes] [--soak SECONDS] [--report FOLDER]
                         guard, preview with the policies, ask, update, verify, and report
wyrm verify <stack> [--soak SECONDS]
                         prove that what runs is what is pinned
wyrm rollback <stack> [--yes] [--cross MIGRATION]…
                         go back to the last reference that was verified on this stack
wyrm replay [--short] [--json] [--output FOLDER]
                         the outage that all of this is against, replayed on the lab

${POLICY_USAGE}
${LAB_USAGE}

guard, deploy and verify take --json; they exit with 0 pass, 1 fail, 2 could not tell.`;
