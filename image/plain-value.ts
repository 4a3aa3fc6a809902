import type { Output } from "@pulumi/pulumi";

/** The value of a setting, to be used while the program runs: a setting is never unknown. */
export const plainValue = <T>(output: Output<T>): Promise<T> =>
  new Promise((resolve) => {
    output.apply(resolve);
  });
