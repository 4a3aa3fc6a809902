import { faultIfSet, faultOf, finding } from "../fields.ts";
import { pathIn, readPod } from "../pods.ts";
import { read, type Value } from "../read.ts";
import { type Finding, podRule } from "../rule.ts";

/** Pod Security v1.37, check_restrictedVolumes.go. */
const ALLOWED = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

const FIX = "use a PersistentVolumeClaim for what must last, and an emptyDir for what need not";

export const volumeTypesAllowed = podRule(
  {
    name: "volume-types-allowed",
    description: "Every volume is a claim, an emptyDir, or made of objects of the cluster.",
    severity: "high",
    why: "hostPath gives the files of the node away, and a volume that names its server itself passes by the quotas and the rights of storage classes.",
    failures: [],
    examples: {
      good: `volumes:
  - name: media
    persistentVolumeClaim:
      claimName: media`,
      bad: `volumes:
  - name: media
    nfs:
      server: nas.example.org
      path: /media`,
    },
  },
  (pod) => {
    const path = pathIn(pod, "spec.volumes");
    const volumes = readPod(pod, "spec", "volumes");
    return [
      ...finding(path, faultIfSet(volumes, Array.isArray), FIX),
      ...itemsIn(volumes).flatMap((volume, index) => judge(`${path}[${index.toString()}]`, volume)),
    ];
  },
);

const itemsIn = (list: Value): readonly Value[] =>
  list.state === "known" && Array.isArray(list.value)
    ? list.value.map((item: unknown) => read(item))
    : [];

function judge(path: string, volume: Value): Finding[] {
  const fault = faultOf(volume, (value) => typeof value === "object");
  if (fault !== undefined || volume.state !== "known") return finding(path, fault, FIX);
  return Object.keys(volume.value as object)
    .filter(
      (key) => key !== "name" && !ALLOWED.has(key) && read(volume.value, key).state !== "absent",
    )
    .flatMap((type) =>
      finding(`${path}.${type}`, { problem: "is a type that is not allowed" }, FIX),
    );
}
