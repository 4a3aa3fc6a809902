import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { type Component, LABEL, MEDIA_LABEL, PART_OF } from "../model/labels.ts";
import type { ReleaseImage } from "../model/pinned-image.ts";
import type { ResourceSettings, Settings } from "../model/settings.ts";
import { DATABASE_CA } from "./environment.ts";
import { type Labels, labelsOf } from "./labels.ts";
import { containerSecurity, podSecurity } from "./security.ts";

type Container = types.input.core.v1.Container;
type PodTemplate = types.input.core.v1.PodTemplateSpec;

/** What every pod of one BookWyrm instance has in common. */
export interface Release {
  readonly namespace: Input<string>;
  readonly image: ReleaseImage;
  readonly imagePullPolicy: Settings["imagePullPolicy"];
  /** Name of the dockerconfigjson Secret. */
  readonly pullSecret: Input<string>;
  /** Name of the ConfigMap with BookWyrm's environment. */
  readonly environment: Input<string>;
  /** Name of the Secret with the rest of BookWyrm's environment. */
  readonly secretEnvironment: Input<string>;
  /** Name of the ConfigMap with the authority of the database's certificate, where that is verified. */
  readonly databaseCa?: Input<string>;
  /** Name of the ConfigMap with the heartbeat modules. */
  readonly heartbeats: Input<string>;
  /** Name of the PersistentVolumeClaim with uploads and exports. */
  readonly media: Input<string>;
  /** Whether that volume attaches to one node at a time. */
  readonly mediaIsOnOneNode?: boolean;
  /** On every workload, but not on its pods: they do not restart for it. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface BookWyrmPod {
  readonly component: Component;
  readonly name: string;
  readonly containers: readonly BookWyrmContainer[];
  /** Run one after the other before the containers start. */
  readonly initContainers?: readonly BookWyrmContainer[];
  readonly resources: ResourceSettings;
  readonly terminationGracePeriodSeconds: number;
  readonly annotations?: Record<string, Input<string>>;
  /** Mounts uploads and exports, which web and workers share. */
  readonly usesMedia?: boolean;
  /** Puts the heartbeat modules on PYTHONPATH. */
  readonly usesHeartbeat?: boolean;
  /** Jobs run once; everything else is restarted for ever. */
  readonly restartPolicy?: "Always" | "Never";
}

/** A container of the BookWyrm image. */
export interface BookWyrmContainer extends Pick<
  Container,
  "startupProbe" | "readinessProbe" | "livenessProbe" | "lifecycle"
> {
  readonly name: string;
  /** Replaces the image's entrypoint, which migrates in every pod that it starts (BookWyrm >= 0.8.4). */
  readonly command: readonly string[];
  readonly env?: readonly types.input.core.v1.EnvVar[];
  readonly ports?: readonly types.input.core.v1.ContainerPort[];
}

/** The user that owns nothing in the image and everything on the volumes. */
const BOOKWYRM_USER = 1000;
const HEARTBEAT_PATH = "/opt/heartbeat";

const NODE = "kubernetes.io/hostname";

const spread = (labels: Labels): types.input.core.v1.TopologySpreadConstraint => ({
  maxSkew: 1,
  topologyKey: NODE,
  whenUnsatisfiable: "ScheduleAnyway",
  labelSelector: { matchLabels: labels.selector },
});

/**
 * On another node the pod that a rollout adds would wait for the volume, and the old pods, which hold it,
 * for that pod. The first pod of all has the label itself, so the scheduler lets it go anywhere.
 */
const ON_THE_NODE_OF_MEDIA: types.input.core.v1.Affinity = {
  podAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      {
        topologyKey: NODE,
        labelSelector: { matchLabels: { [LABEL.partOf]: PART_OF, ...MEDIA_LABEL } },
      },
    ],
  },
};

export interface LabelledPod {
  readonly labels: Labels;
  readonly template: PodTemplate;
}

/** The one way to a pod that runs BookWyrm: what must hold for all of them is said here, once. */
export function bookWyrmPod(release: Release, pod: BookWyrmPod): LabelledPod {
  const labels = labelsOf(pod.component, pod.name, release.image.version);
  const container = ({ command, env, ports, ...rest }: BookWyrmContainer): Container => {
    const variables = [
      ...(pod.usesHeartbeat ? [{ name: "PYTHONPATH", value: HEARTBEAT_PATH }] : []),
      ...(env ?? []),
    ];
    return {
      ...rest,
      ...(ports && { ports: [...ports] }),
      image: release.image.reference,
      imagePullPolicy: release.imagePullPolicy,
      command: [...command],
      ...(variables.length > 0 && { env: variables }),
      envFrom: [
        { configMapRef: { name: release.environment } },
        { secretRef: { name: release.secretEnvironment } },
      ],
      resources: pod.resources,
      securityContext: containerSecurity,
      // The last lines of a crash stand in the pod's status, and so in the error of `pulumi up`.
      terminationMessagePolicy: "FallbackToLogsOnError",
      volumeMounts: [
        { name: "tmp", mountPath: "/tmp" },
        ...(pod.usesMedia
          ? [
              { name: "media", mountPath: "/app/images", subPath: "images" },
              { name: "media", mountPath: "/app/exports", subPath: "exports" },
            ]
          : []),
        ...(pod.usesHeartbeat
          ? [{ name: "heartbeat", mountPath: HEARTBEAT_PATH, readOnly: true }]
          : []),
        ...(release.databaseCa !== undefined
          ? [{ name: "database-ca", mountPath: DATABASE_CA.path, readOnly: true }]
          : []),
      ],
    };
  };
  const template: PodTemplate = {
    metadata: {
      labels: { ...labels.all, ...(pod.usesMedia && MEDIA_LABEL) },
      ...(pod.annotations && { annotations: pod.annotations }),
    },
    spec: {
      containers: pod.containers.map(container),
      ...(pod.initContainers && { initContainers: pod.initContainers.map(container) }),
      restartPolicy: pod.restartPolicy ?? "Always",
      terminationGracePeriodSeconds: pod.terminationGracePeriodSeconds,
      imagePullSecrets: [{ name: release.pullSecret }],
      securityContext: podSecurity(BOOKWYRM_USER),
      automountServiceAccountToken: false,
      // A Service named redis-broker would set REDIS_BROKER_PORT=tcp://..., which BookWyrm reads as its port.
      enableServiceLinks: false,
      ...(pod.usesMedia && release.mediaIsOnOneNode
        ? { affinity: ON_THE_NODE_OF_MEDIA }
        : { topologySpreadConstraints: [spread(labels)] }),
      volumes: [
        { name: "tmp", emptyDir: { sizeLimit: "512Mi" } },
        ...(pod.usesMedia
          ? [{ name: "media", persistentVolumeClaim: { claimName: release.media } }]
          : []),
        ...(pod.usesHeartbeat
          ? [{ name: "heartbeat", configMap: { name: release.heartbeats } }]
          : []),
        ...(release.databaseCa !== undefined
          ? [{ name: "database-ca", configMap: { name: release.databaseCa } }]
          : []),
      ],
    },
  };
  return { labels, template };
}
