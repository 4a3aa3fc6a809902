import { faultIfSet, faultOf, finding } from "../fields.ts";
import { pathIn, readPod } from "../pods.ts";
import { itemsOf } from "../read.ts";
import { podRule } from "../rule.ts";

/** Pod Security v1.37, check_sysctls.go. */
const SAFE = new Set<unknown>([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_notsent_lowat",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_slow_start_after_idle",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
]);

export const sysctlsSafe = podRule(
  {
    name: "sysctls-safe",
    description: "A pod sets kernel parameters only where they end at its own namespaces.",
    severity: "high",
    why: "any other parameter is that of the node, and so of every pod on it.",
    failures: [],
    examples: {
      good: `securityContext:
  sysctls:
    - name: net.ipv4.tcp_syncookies
      value: "1"`,
      bad: `securityContext:
  sysctls:
    - name: kernel.msgmax
      value: "65536"`,
    },
  },
  (pod) => {
    const path = pathIn(pod, "spec.securityContext.sysctls");
    const sysctls = readPod(pod, "spec", "securityContext", "sysctls");
    const fix = "leave the parameter out, or set it on the node for all its pods";
    return [
      ...finding(path, faultIfSet(sysctls, Array.isArray), fix),
      ...itemsOf(sysctls).flatMap((sysctl, index) =>
        finding(
          `${path}[${index.toString()}].name`,
          faultOf(sysctl("name"), (name) => SAFE.has(name)),
          fix,
        ),
      ),
    ];
  },
);
