import { normalize } from "node:path/posix";
import { bookWyrmContainersOf } from "../bookwyrm.ts";
import { faultOf, finding } from "../fields.ts";
import { readContainer } from "../pods.ts";
import { itemsOf } from "../read.ts";
import { podRule } from "../rule.ts";

const CODE = "/app/";

/** Folders of BookWyrm that hold no code (v0.9.2, VOLUME in the Dockerfile). */
const WRITABLE = ["/app/images/", "/app/static/", "/app/exports/"];

export const codeNotHidden = podRule(
  {
    name: "code-not-hidden",
    description: "No volume is mounted over BookWyrm's code.",
    severity: "critical",
    why: "what runs is then what lies on the volume, whatever the digest says; a new volume is empty, and nothing starts.",
    failures: [28],
    examples: {
      good: `volumeMounts:
  - name: media
    mountPath: /app/images`,
      bad: `volumeMounts:
  - name: code
    mountPath: /app`,
    },
  },
  (pod) =>
    bookWyrmContainersOf(pod).flatMap((container) =>
      itemsOf(readContainer(container, "volumeMounts")).flatMap((mount, index) =>
        finding(
          `${container.path}.volumeMounts[${index.toString()}].mountPath`,
          faultOf(mount("mountPath"), isBesideCode),
          "mount it at /app/images, /app/static or /app/exports, or outside of /app",
        ),
      ),
    ),
);

function isBesideCode(path: unknown): boolean {
  if (typeof path !== "string") return false;
  // The runtime resolves a path from the root, and so are `..` and `//` here.
  const folder = normalize(`/${path}/`);
  if (WRITABLE.some((writable) => folder.startsWith(writable))) return true;
  return !folder.startsWith(CODE) && !CODE.startsWith(folder);
}
