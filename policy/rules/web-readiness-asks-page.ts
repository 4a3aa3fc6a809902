import { bookWyrmContainersOf, componentOf } from "../bookwyrm.ts";
import { finding } from "../fields.ts";
import { readContainer } from "../pods.ts";
import { read } from "../read.ts";
import { podRule } from "../rule.ts";

export const webReadinessAsksPage = podRule(
  {
    name: "web-readiness-asks-page",
    description: "BookWyrm's web counts as ready when it answers a request, not when it listens.",
    severity: "high",
    why: "gunicorn listens before its workers have imported the code: with a probe over TCP a rollout of a broken image takes old pods away.",
    failures: [6],
    examples: {
      good: `readinessProbe:
  httpGet:
    path: /robots.txt
    port: http`,
      bad: `readinessProbe:
  tcpSocket:
    port: http`,
    },
  },
  (pod) => {
    if (componentOf(pod) !== "web") return [];
    return bookWyrmContainersOf(pod).flatMap((container) => {
      const probe = readContainer(container, "readinessProbe");
      const isOverTcp =
        probe.state === "known" && read(probe.value, "tcpSocket").state !== "absent";
      return finding(
        `${container.path}.readinessProbe`,
        isOverTcp ? { problem: "only opens a connection" } : undefined,
        "ask for a page: httpGet of /robots.txt, with the site's domain as Host in httpHeaders",
      );
    });
  },
);
