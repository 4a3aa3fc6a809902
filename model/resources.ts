import * as v from "valibot";
import { amountOf } from "./quantity.ts";
import { bytes, cpu, group } from "./setting-fields.ts";

interface Defaults {
  readonly cpu: string;
  readonly memory: string;
  readonly memoryLimit: string;
}

/** Requests and limits of one pod. No CPU limit: start-up burns about 2 CPU seconds, a limit stretches it. */
export const resources = (defaults: Defaults) =>
  v.optional(
    v.pipe(
      group({
        requests: v.optional(
          group({
            cpu: v.optional(cpu, defaults.cpu),
            memory: v.optional(bytes, defaults.memory),
          }),
          {},
        ),
        limits: v.optional(group({ memory: v.optional(bytes, defaults.memoryLimit) }), {}),
      }),
      v.rawCheck(({ dataset, addIssue }) => {
        if (!dataset.typed) return;
        const { requests, limits } = dataset.value;
        if (!isBelow(limits.memory, requests.memory)) return;
        const limit = orDefault(limits.memory, defaults.memoryLimit);
        const request = orDefault(requests.memory, defaults.memory);
        addIssue({
          message: `has limits.memory ${limit} below requests.memory ${request}: raise the one or lower the other`,
        });
      }),
    ),
    {},
  );

const isBelow = (quantity: string, least: string): boolean =>
  (amountOf(quantity) ?? 0) < (amountOf(least) ?? 0);

const orDefault = (quantity: string, usual: string): string =>
  quantity === usual ? `${quantity} (the default)` : quantity;
