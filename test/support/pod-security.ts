import { goodContainer, goodPodSpec } from "./policy.ts";

/** A pod, and whether Pod Security admission lets it into a namespace that enforces `restricted`. */
export interface PodSecurityCase {
  readonly name: string;
  readonly isAllowed: boolean;
  readonly pod: { readonly metadata?: object; readonly spec: object };
}

const RIGHTS = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const PROFILE = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };

const pod = (changes: object): PodSecurityCase["pod"] => ({ spec: goodPodSpec(changes) });
const ofPod = (securityContext: object): PodSecurityCase["pod"] =>
  pod({ securityContext: { ...PROFILE, ...securityContext } });
const container = (changes: object): PodSecurityCase["pod"] =>
  pod({ containers: [goodContainer(changes)] });
const ofContainer = (securityContext: object): PodSecurityCase["pod"] =>
  container({ securityContext: { ...RIGHTS, ...securityContext } });
const init = (changes: object): PodSecurityCase["pod"] => {
  const {
    readinessProbe: _readiness,
    livenessProbe: _liveness,
    ...rest
  } = goodContainer({
    name: "prepare",
  }) as Record<string, unknown>;
  return pod({ initContainers: [{ ...rest, ...changes }] });
};
const volume = (source: object): PodSecurityCase["pod"] =>
  pod({ volumes: [{ name: "data", ...source }] });
const annotated = (profile: string): PodSecurityCase["pod"] => ({
  metadata: { annotations: { "container.apparmor.security.beta.kubernetes.io/app": profile } },
  spec: goodPodSpec(),
});
const sysctl = (name: string): PodSecurityCase["pod"] => ofPod({ sysctls: [{ name, value: "1" }] });

const allowed = (name: string, object: PodSecurityCase["pod"]): PodSecurityCase => ({
  name,
  isAllowed: true,
  pod: object,
});
const refused = (name: string, object: PodSecurityCase["pod"]): PodSecurityCase => ({
  name,
  isAllowed: false,
  pod: object,
});

/**
 * Every control of the Pod Security Standards v1.37, level `restricted`, both ways
 * (kubernetes.io/docs/concepts/security/pod-security-standards). The rules are held against it, and so is
 * the admission plugin of a real API server.
 */
export const POD_SECURITY: readonly PodSecurityCase[] = [
  allowed("a good pod", pod({})),
  refused("hostNetwork", pod({ hostNetwork: true, containers: [goodContainer({ ports: [] })] })),
  refused("hostPID", pod({ hostPID: true })),
  refused("hostIPC", pod({ hostIPC: true })),
  allowed("host namespaces switched off", pod({ hostNetwork: false, hostPID: false })),
  refused(
    "a privileged container",
    container({ securityContext: { capabilities: { drop: ["ALL"] }, privileged: true } }),
  ),
  refused("a host port", container({ ports: [{ containerPort: 80, hostPort: 80 }] })),
  refused(
    "a probe of another host",
    container({ readinessProbe: { httpGet: { host: "10.0.0.1", port: 80 } } }),
  ),
  refused(
    "a liveness probe of another host over TCP",
    container({ livenessProbe: { tcpSocket: { host: "10.0.0.1", port: 80 } } }),
  ),
  refused(
    "a hook that asks another host",
    container({ lifecycle: { preStop: { httpGet: { host: "10.0.0.1", port: 80 } } } }),
  ),
  refused("AppArmor off for a pod", ofPod({ appArmorProfile: { type: "Unconfined" } })),
  refused("AppArmor off for a container", ofContainer({ appArmorProfile: { type: "Unconfined" } })),
  allowed("AppArmor as the runtime has it", ofPod({ appArmorProfile: { type: "RuntimeDefault" } })),
  allowed(
    "a profile of AppArmor's own",
    ofContainer({ appArmorProfile: { type: "Localhost", localhostProfile: "app" } }),
  ),
  refused("AppArmor off by annotation", annotated("unconfined")),
  allowed("AppArmor by annotation", annotated("runtime/default")),
  refused("a type of SELinux", ofPod({ seLinuxOptions: { type: "spc_t" } })),
  refused("a user of SELinux", ofPod({ seLinuxOptions: { user: "sysadm_u" } })),
  refused("a role of SELinux", ofContainer({ seLinuxOptions: { role: "sysadm_r" } })),
  allowed(
    "a container's type of SELinux",
    ofContainer({ seLinuxOptions: { type: "container_t" } }),
  ),
  allowed("a container engine's type", ofPod({ seLinuxOptions: { type: "container_engine_t" } })),
  allowed("a level of SELinux", ofPod({ seLinuxOptions: { level: "s0:c1,c2" } })),
  refused(
    "all of /proc",
    pod({
      hostUsers: false,
      containers: [goodContainer({ securityContext: { ...RIGHTS, procMount: "Unmasked" } })],
    }),
  ),
  allowed("/proc as the runtime shows it", ofContainer({ procMount: "Default" })),
  refused("a parameter of the node", sysctl("kernel.msgmax")),
  allowed("a parameter of the pod", sysctl("net.ipv4.tcp_syncookies")),
  allowed("a parameter that is safe since 1.37", sysctl("net.ipv4.tcp_notsent_lowat")),
  refused("hostPath", volume({ hostPath: { path: "/var" } })),
  refused("nfs", volume({ nfs: { server: "nas.example.org", path: "/media" } })),
  refused(
    "iscsi",
    volume({ iscsi: { targetPortal: "10.0.0.1", iqn: "iqn.2026-01.org.example:media", lun: 0 } }),
  ),
  allowed("emptyDir", volume({ emptyDir: {} })),
  allowed("a volume without a type, which is an emptyDir", volume({})),
  allowed("a claim", volume({ persistentVolumeClaim: { claimName: "media" } })),
  allowed("a ConfigMap", volume({ configMap: { name: "settings" } })),
  allowed("a Secret", volume({ secret: { secretName: "secret" } })),
  allowed("an image", volume({ image: { reference: "harbor.example.org/uostas/data" } })),
  refused("privilege escalation", ofContainer({ allowPrivilegeEscalation: true })),
  refused(
    "privilege escalation that is not switched off",
    container({ securityContext: { capabilities: { drop: ["ALL"] } } }),
  ),
  refused("privilege escalation of an init container", init({ securityContext: {} })),
  refused("a user that may be root", pod({ securityContext: { ...PROFILE, runAsNonRoot: null } })),
  refused("a user that may be root by the pod's word", ofPod({ runAsNonRoot: false })),
  refused("a user that may be root by the container's word", ofContainer({ runAsNonRoot: false })),
  refused("root for a pod whose container has another user", {
    spec: goodPodSpec({
      securityContext: { ...PROFILE, runAsUser: 0 },
      containers: [goodContainer({ securityContext: { ...RIGHTS, runAsUser: 1000 } })],
    }),
  }),
  refused("root for a container", ofContainer({ runAsUser: 0 })),
  allowed("another user", ofContainer({ runAsUser: 1000 })),
  refused("no seccomp profile", pod({ securityContext: { runAsNonRoot: true } })),
  refused("seccomp off for a pod", ofPod({ seccompProfile: { type: "Unconfined" } })),
  refused("seccomp off for a container", ofContainer({ seccompProfile: { type: "Unconfined" } })),
  allowed(
    "a seccomp profile of the container alone",
    pod({
      securityContext: { runAsNonRoot: true },
      containers: [
        goodContainer({
          securityContext: { ...RIGHTS, seccompProfile: { type: "RuntimeDefault" } },
        }),
      ],
    }),
  ),
  refused("capabilities that are kept", ofContainer({ capabilities: {} })),
  refused("one capability dropped", ofContainer({ capabilities: { drop: ["NET_RAW"] } })),
  refused(
    "a capability added",
    ofContainer({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } }),
  ),
  allowed(
    "NET_BIND_SERVICE added",
    ofContainer({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }),
  ),
  refused("a process on a Windows node", {
    spec: goodPodSpec({
      os: { name: "windows" },
      hostNetwork: true,
      securityContext: { runAsNonRoot: true, windowsOptions: { hostProcess: true } },
      containers: [goodContainer({ ports: [], securityContext: {} })],
    }),
  }),
  allowed("a Windows pod", {
    spec: goodPodSpec({
      os: { name: "windows" },
      securityContext: { runAsNonRoot: true },
      containers: [goodContainer({ securityContext: {} })],
    }),
  }),
];
