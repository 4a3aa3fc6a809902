import assert from "node:assert/strict";
import { test } from "node:test";
import { sysctlsSafe } from "../../../policy/rules/sysctls-safe.ts";
import { deployment, problems, UNKNOWN } from "../../support/policy.ts";

const judge = (sysctls: unknown): string[] =>
  problems(sysctlsSafe, "apps/v1:Deployment", deployment({ securityContext: { sysctls } }));

const PATH = "spec.template.spec.securityContext.sysctls";

test("passes none, and those that end at the pod", () => {
  assert.deepEqual(judge(undefined), []);
  assert.deepEqual(judge([]), []);
  const names = [
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
  ];
  assert.deepEqual(judge(names.map((name) => ({ name, value: "1" }))), []);
});

test("fails every other one, and hides none behind another", () => {
  const sysctls = [{ name: "kernel.msgmax" }, { name: UNKNOWN }, {}, "text"];
  assert.deepEqual(judge(sysctls), [
    `${PATH}[0].name is "kernel.msgmax"`,
    `${PATH}[1].name is not known yet`,
    `${PATH}[2].name is not set`,
    `${PATH}[3].name is not set`,
  ]);
});

test("fails a list that is none, or not known", () => {
  assert.deepEqual(judge("text"), [`${PATH} is "text"`]);
  assert.deepEqual(judge(UNKNOWN), [
    `${PATH} is not known yet`,
    `${PATH}[0].name is not known yet`,
  ]);
});
