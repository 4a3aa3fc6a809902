import type { Check } from "../check.ts";
import { registryOutcome } from "../registry/registry-error.ts";
import type { HarborArgs } from "./harbor-args.ts";

export interface RobotExpiryArgs extends HarborArgs {
  /** The account that the nodes pull with, for example `robot$uostas+pull`. */
  readonly username: string;
  readonly minimumDays: number;
  readonly now: Date;
}

const DAY_SECONDS = 24 * 60 * 60;

/** The account that the nodes pull with stays valid for a while: Harbor itself warns nobody. */
export const robotExpiryCheck = (args: RobotExpiryArgs): Check => ({
  id: "robot-expiry",
  run: (signal) =>
    registryOutcome(async () => {
      const { harbor, image, username, minimumDays, now } = args;
      const robot = await harbor.robot(image.path, username, signal);
      if (robot === undefined) {
        return {
          verdict: "unknown",
          summary: `Harbor shows no robot "${username}".`,
          remedy: "Name the robot that the nodes pull with, or let this account list robots.",
        };
      }
      const remedy = "Renew the robot in Harbor, and the password in the stack if that changes.";
      if (robot.disable === true) {
        return { verdict: "fail", summary: `The robot ${username} is disabled.`, remedy };
      }
      if (robot.expires_at === -1) {
        return { verdict: "pass", summary: `The robot ${username} does not expire.` };
      }
      const days = Math.floor((robot.expires_at - now.getTime() / 1000) / DAY_SECONDS);
      const evidence = [`expires ${new Date(robot.expires_at * 1000).toISOString()}`];
      if (days >= minimumDays) {
        return {
          verdict: "pass",
          summary: `The robot ${username} is valid for ${days.toString()} more days.`,
          evidence,
        };
      }
      return {
        verdict: "fail",
        summary:
          days < 0
            ? `The robot ${username} has expired: no node can pull.`
            : `The robot ${username} expires in ${days.toString()} days; ${minimumDays.toString()} are asked for.`,
        evidence,
        remedy,
      };
    }),
});
