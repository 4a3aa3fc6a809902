import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSettings } from "../../model/settings.ts";
import { MINIMAL } from "../support/settings.ts";

/** The mistakes as `setting problem`, in the order in which they are reported. */
function mistakes(network: unknown): string[] {
  const parsed = parseSettings({ ...MINIMAL, network });
  if (!("problems" in parsed)) return [];
  return parsed.problems.map(({ setting, problem }) => `${setting} ${problem}`);
}

test("a stack that says nothing lets everyone ask web, and web ask the internet", () => {
  const parsed = parseSettings(MINIMAL);
  assert.ok("settings" in parsed);
  assert.deepEqual(parsed.settings.network, { internet: true, egress: [] });
});

test("peers are pods or addresses, told apart by what names them", () => {
  const parsed = parseSettings({
    ...MINIMAL,
    network: {
      webFrom: [{ namespaceLabels: { team: "edge" } }, { podLabels: { app: "proxy" } }],
      egress: [{ to: { cidr: "fd00::/8" }, port: 9000 }],
    },
  });
  assert.ok("settings" in parsed);
  assert.deepEqual(parsed.settings.network, {
    webFrom: [
      { kind: "pods", namespaceLabels: { team: "edge" }, podLabels: undefined },
      { kind: "pods", namespaceLabels: undefined, podLabels: { app: "proxy" } },
    ],
    internet: true,
    egress: [{ to: { kind: "addresses", cidr: "fd00::/8" }, port: 9000 }],
  });
});

for (const cidr of ["0.0.0.0/0", "192.0.2.1/32", "::/0", "2001:db8::/128"]) {
  test(`${cidr} is a block of addresses`, () => {
    assert.deepEqual(mistakes({ webFrom: [{ cidr }] }), []);
  });
}

for (const cidr of [
  "10.0.0.1",
  "10.0.0.0/33",
  "10.0.0/8",
  "::/129",
  "10.0.0.0/8/8",
  "10.0.0.0/08",
  "10.0.0.0/",
  "example.org/8",
]) {
  test(`${cidr} is no block of addresses`, () => {
    assert.deepEqual(mistakes({ webFrom: [{ cidr }] }), [
      "network.webFrom[0].cidr is not a block of addresses such as 10.0.0.0/8",
    ]);
  });
}

test("an empty list of peers would be read as everyone, so it is a mistake", () => {
  assert.deepEqual(mistakes({ webFrom: [] }), ["network.webFrom is not set"]);
});

test("all mistakes are reported at once", () => {
  const pods = { podLabels: { app: "a" } };
  assert.deepEqual(
    mistakes({
      webFrom: [{}, { ...pods, cidr: "10.0.0.0/8" }, { podLabels: { app: 1 } }, { labels: {} }],
      internet: "no",
      egress: [{ to: pods }, { port: 70_000 }],
    }),
    [
      "network.webFrom[0] needs either namespaceLabels or podLabels or both (pods), or cidr (addresses)",
      "network.webFrom[1] needs either namespaceLabels or podLabels or both (pods), or cidr (addresses)",
      "network.webFrom[2].podLabels.app is not text",
      "network.webFrom[3].labels is not a setting; known here: namespaceLabels, podLabels, cidr",
      "network.internet is not true or false",
      "network.egress[0].port is not set",
      "network.egress[1].to is not set",
      "network.egress[1].port is above 65535",
    ],
  );
});
