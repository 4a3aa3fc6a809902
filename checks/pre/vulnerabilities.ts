import type { Check } from "../check.ts";
import type { Severity } from "../registry/harbor-client.ts";
import { registryOutcome } from "../registry/registry-error.ts";
import type { HarborArgs } from "./harbor-args.ts";

export interface VulnerabilitiesArgs extends HarborArgs {
  /** The first one that is too much. */
  readonly severity: "Low" | "Medium" | "High" | "Critical";
  /** What an image is that was never scanned. */
  readonly unscanned: "unknown" | "fail";
}

const ORDER: readonly Severity[] = [
  "None",
  "Unknown",
  "Negligible",
  "Low",
  "Medium",
  "High",
  "Critical",
];

/** Harbor has scanned the image and found nothing of the severity that the stack refuses. */
export const vulnerabilitiesCheck = (args: VulnerabilitiesArgs): Check => ({
  id: "vulnerabilities",
  run: (signal) =>
    registryOutcome(async () => {
      const { harbor, image, severity, unscanned } = args;
      const { scan_overview: overview } = await harbor.artifact(image.path, image.digest, signal);
      const scans = Object.values(overview ?? {});
      const found = scans.map((scan) => scan.severity).filter((level) => level !== undefined);
      const evidence = scans.map(
        (scan) => `scan ${scan.scan_status}, worst ${scan.severity ?? "not known"}`,
      );
      if (
        scans.length === 0 ||
        found.length < scans.length ||
        scans.some((scan) => scan.scan_status !== "Success")
      ) {
        return {
          verdict: unscanned,
          summary: "Harbor has no finished scan of this image.",
          evidence,
          remedy: "Start a scan in Harbor, and let the project scan on push.",
        };
      }
      const tooMuch = found.filter((level) => ORDER.indexOf(level) >= ORDER.indexOf(severity));
      if (tooMuch.length === 0) {
        return { verdict: "pass", summary: `Nothing of severity ${severity} or above.`, evidence };
      }
      return {
        verdict: "fail",
        summary: `The scan found ${tooMuch.join(", ")}; from ${severity} on it is refused.`,
        evidence,
        remedy: "Build the image on a mended base.",
      };
    }),
});
