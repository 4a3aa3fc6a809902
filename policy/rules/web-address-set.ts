import { bookWyrmContainersOf } from "../bookwyrm.ts";
import { gunicornArguments, optionOf } from "../commands.ts";
import { finding } from "../fields.ts";
import { podRule } from "../rule.ts";

export const webAddressSet = podRule(
  {
    name: "web-address-set",
    description: "BookWyrm's gunicorn says which address it listens on.",
    severity: "high",
    why: "the default changes with the release: [::]:8000 since 0.8.6, which fails on a node without IPv6, and 127.0.0.1 where the image lacks its gunicorn.conf.py.",
    failures: [],
    examples: {
      good: 'command: [gunicorn, "bookwyrm.wsgi:application", "--bind=0.0.0.0:8000"]',
      bad: 'command: [gunicorn, "bookwyrm.wsgi:application"]',
    },
  },
  (pod) =>
    bookWyrmContainersOf(pod).flatMap((container) => {
      const words = gunicornArguments(container);
      if (words === undefined) return [];
      const address = optionOf(words, "--bind", "-b") ?? "";
      return finding(
        `${container.path}.command`,
        address === "" ? { problem: "has no --bind" } : undefined,
        "add --bind=0.0.0.0:8000",
      );
    }),
);
