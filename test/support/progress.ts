import type { Progress } from "../../lab/progress.ts";

export const silent: Progress = { step: (_title, work) => work(), note: () => undefined };
