import type { Outcome } from "./check.ts";

/** Something was asked and no usable answer came; the message says what happened, the remedy what to do. */
export class NoAnswer extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** A check without an answer could not tell, and says so with the remedy of what was asked. */
export async function orUnknown(judge: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await judge();
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { verdict: "unknown", summary: error.message, remedy: error.remedy };
  }
}
