import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { NODE_NAME, ROOT } from "./layout.ts";

/** More than all tests of one lab use: a volume is not used a second time. */
const VOLUMES = 120;
const CLASS = "local";

/**
 * Folders of this machine as volumes, and the storage class that hands them out. Unlike hostPath,
 * volumes of the type local are given to the group that a pod names with fsGroup.
 */
export function volumeObjects(): object[] {
  const volumes = Array.from({ length: VOLUMES }, (_, index) => {
    const name = `volume-${index.toString().padStart(2, "0")}`;
    const path = join(ROOT, "volumes", name);
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o777);
    return {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name },
      spec: {
        capacity: { storage: "100Gi" },
        // All pods are on this one node, which is what either mode needs.
        accessModes: ["ReadWriteOnce", "ReadWriteMany"],
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName: CLASS,
        local: { path },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: "kubernetes.io/hostname", operator: "In", values: [NODE_NAME] },
                ],
              },
            ],
          },
        },
      },
    };
  });
  const storageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: CLASS,
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "WaitForFirstConsumer",
  };
  return [storageClass, ...volumes];
}
