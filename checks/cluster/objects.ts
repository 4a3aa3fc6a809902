/**
 * The parts of Kubernetes' objects that the checks read, as the API server sends them. Everything but
 * names may be missing: a status is written by somebody else, later or never.
 */
export interface Metadata {
  readonly name: string;
  readonly uid: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly resourceVersion?: string;
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  /** Of several owners, the one that made the object. */
  readonly controller?: boolean;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface Container {
  /** Of an init container: one that runs beside the others instead of before them. */
  readonly restartPolicy?: "Always";
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly envFrom?: readonly { readonly secretRef?: { readonly name: string } }[];
  readonly env?: readonly {
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string } };
  }[];
}

export interface Waiting {
  readonly reason?: string;
  readonly message?: string;
}

export interface Terminated {
  readonly exitCode: number;
  readonly reason?: string;
  /** Nobody knows it where the node was lost. */
  readonly finishedAt?: string | null;
}

export interface ContainerState {
  readonly waiting?: Waiting;
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: Terminated;
}

export interface ContainerStatus {
  readonly name: string;
  readonly imageID?: string;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

export interface PodSpec {
  /** @default "Always" */
  readonly restartPolicy?: "Always" | "OnFailure" | "Never";
  readonly nodeName?: string;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly volumes?: readonly {
    readonly secret?: { readonly secretName: string };
    readonly projected?: {
      readonly sources?: readonly { readonly secret?: { readonly name: string } }[];
    };
  }[];
}

export interface Pod {
  readonly metadata: Metadata;
  readonly spec: PodSpec;
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface Deployment {
  readonly metadata: Metadata;
  readonly spec: { readonly replicas?: number; readonly paused?: boolean };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly unavailableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface StatefulSet {
  readonly metadata: Metadata;
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

export interface ReplicaSet {
  readonly metadata: Metadata;
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly readyReplicas?: number };
}

export interface Job {
  readonly metadata: Metadata;
  readonly spec: { readonly template: { readonly spec: PodSpec } };
  readonly status?: { readonly conditions?: readonly Condition[]; readonly active?: number };
}

export interface Node {
  readonly metadata: Metadata;
  readonly status?: {
    readonly nodeInfo?: { readonly operatingSystem: string; readonly architecture: string };
  };
}

/** An event of core/v1. Newer clients fill `eventTime` and `series`, older ones the two timestamps. */
export interface Event {
  readonly metadata: Metadata;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly involvedObject: {
    readonly kind?: string;
    readonly name?: string;
    readonly uid?: string;
  };
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
}

/** What is listed, by the plural of the API. */
export interface Listed {
  readonly pods: Pod;
  readonly deployments: Deployment;
  readonly statefulsets: StatefulSet;
  readonly replicasets: ReplicaSet;
  readonly jobs: Job;
  readonly nodes: Node;
  readonly events: Event;
}

export interface Secret {
  readonly metadata: Metadata;
  readonly type?: string;
  /** Each value in base64. */
  readonly data?: Readonly<Record<string, string>>;
}

export interface ConfigMap {
  readonly metadata: Metadata;
  readonly data?: Readonly<Record<string, string>>;
}
