import type { Rule } from "../rule.ts";
import { awaitNotSkipped } from "./await-not-skipped.ts";
import { beatExistsOnce } from "./beat-exists-once.ts";
import { beatIsSingle } from "./beat-is-single.ts";
import { beatNotAutoscaled } from "./beat-not-autoscaled.ts";
import { bookwyrmRoutedSafely } from "./bookwyrm-routed-safely.ts";
import { capabilitiesDropped } from "./capabilities-dropped.ts";
import { codeNotHidden } from "./code-not-hidden.ts";
import { commandSet } from "./command-set.ts";
import { crashLogInStatus } from "./crash-log-in-status.ts";
import { disruptionBudgetAllowsDrain } from "./disruption-budget-allows-drain.ts";
import { disruptionBudgetLeavesRoom } from "./disruption-budget-leaves-room.ts";
import { flowerNotRouted } from "./flower-not-routed.ts";
import { gracePeriodSet } from "./grace-period-set.ts";
import { imageBuildPublishesRelease } from "./image-build-publishes-release.ts";
import { imageChangesNotIgnored } from "./image-changes-not-ignored.ts";
import { imageFromAllowedRegistry } from "./image-from-allowed-registry.ts";
import { imageHasDigest } from "./image-has-digest.ts";
import { imageIsOne } from "./image-is-one.ts";
import { imageNamesRelease } from "./image-names-release.ts";
import { imagePullPolicySet } from "./image-pull-policy-set.ts";
import { ingressHasTls } from "./ingress-has-tls.ts";
import { jobFailsFast } from "./job-fails-fast.ts";
import { migrationComesFirst } from "./migration-comes-first.ts";
import { minReadySecondsSet } from "./min-ready-seconds-set.ts";
import { namespaceIsRestricted } from "./namespace-is-restricted.ts";
import { networkPolicySelectsPods } from "./network-policy-selects-pods.ts";
import { noCredentialsInClear } from "./no-credentials-in-clear.ts";
import { noHostAccess } from "./no-host-access.ts";
import { noOpaqueCarriers } from "./no-opaque-carriers.ts";
import { objectsDeclaredOnce } from "./objects-declared-once.ts";
import { podsNotPublished } from "./pods-not-published.ts";
import { podsRestartOnChange } from "./pods-restart-on-change.ts";
import { privilegeEscalationOff } from "./privilege-escalation-off.ts";
import { probePortsExist } from "./probe-ports-exist.ts";
import { probesAskOwnPod } from "./probes-ask-own-pod.ts";
import { probesPresent } from "./probes-present.ts";
import { procMountDefault } from "./proc-mount-default.ts";
import { processCountsSet } from "./process-counts-set.ts";
import { progressDeadlineCoversStart } from "./progress-deadline-covers-start.ts";
import { providerExplicit } from "./provider-explicit.ts";
import { pullSecretExists } from "./pull-secret-exists.ts";
import { pullSecretOpensRegistry } from "./pull-secret-opens-registry.ts";
import { pullSecretPresent } from "./pull-secret-present.ts";
import { queuesAreServed } from "./queues-are-served.ts";
import { readinessIsNotLiveness } from "./readiness-is-not-liveness.ts";
import { resourcesSet } from "./resources-set.ts";
import { revisionHistoryKept } from "./revision-history-kept.ts";
import { rolloutKeepsOldPods } from "./rollout-keeps-old-pods.ts";
import { rootFilesystemReadOnly } from "./root-filesystem-read-only.ts";
import { runsAsNonRoot } from "./runs-as-non-root.ts";
import { seccompProfileSet } from "./seccomp-profile-set.ts";
import { securityModulesOn } from "./security-modules-on.ts";
import { selectorsDoNotOverlap } from "./selectors-do-not-overlap.ts";
import { serviceAccountTokenOff } from "./service-account-token-off.ts";
import { serviceLinksOff } from "./service-links-off.ts";
import { servicesAreInternal } from "./services-are-internal.ts";
import { setupPageBlocked } from "./setup-page-blocked.ts";
import { startupProbePresent } from "./startup-probe-present.ts";
import { sysctlsSafe } from "./sysctls-safe.ts";
import { volumeTypesAllowed } from "./volume-types-allowed.ts";
import { webAddressSet } from "./web-address-set.ts";
import { webReadinessAsksPage } from "./web-readiness-asks-page.ts";
import { workerServesKnownQueues } from "./worker-serves-known-queues.ts";
import { workerWithoutBeat } from "./worker-without-beat.ts";

/** Every rule of the pack, in the order of the alphabet. */
export const RULES: readonly Rule[] = [
  awaitNotSkipped,
  beatExistsOnce,
  beatIsSingle,
  beatNotAutoscaled,
  bookwyrmRoutedSafely,
  capabilitiesDropped,
  codeNotHidden,
  commandSet,
  crashLogInStatus,
  disruptionBudgetAllowsDrain,
  disruptionBudgetLeavesRoom,
  flowerNotRouted,
  gracePeriodSet,
  imageBuildPublishesRelease,
  imageChangesNotIgnored,
  imageFromAllowedRegistry,
  imageHasDigest,
  imageIsOne,
  imageNamesRelease,
  imagePullPolicySet,
  ingressHasTls,
  jobFailsFast,
  migrationComesFirst,
  minReadySecondsSet,
  namespaceIsRestricted,
  networkPolicySelectsPods,
  noCredentialsInClear,
  noHostAccess,
  noOpaqueCarriers,
  objectsDeclaredOnce,
  podsNotPublished,
  podsRestartOnChange,
  privilegeEscalationOff,
  probePortsExist,
  probesAskOwnPod,
  probesPresent,
  procMountDefault,
  processCountsSet,
  progressDeadlineCoversStart,
  providerExplicit,
  pullSecretExists,
  pullSecretOpensRegistry,
  pullSecretPresent,
  queuesAreServed,
  readinessIsNotLiveness,
  resourcesSet,
  revisionHistoryKept,
  rolloutKeepsOldPods,
  rootFilesystemReadOnly,
  runsAsNonRoot,
  seccompProfileSet,
  securityModulesOn,
  selectorsDoNotOverlap,
  serviceAccountTokenOff,
  serviceLinksOff,
  servicesAreInternal,
  setupPageBlocked,
  startupProbePresent,
  sysctlsSafe,
  volumeTypesAllowed,
  webAddressSet,
  webReadinessAsksPage,
  workerServesKnownQueues,
  workerWithoutBeat,
];
