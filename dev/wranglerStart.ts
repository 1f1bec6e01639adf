/** How `wrangler dev` was started, and whether that can work. */
import { CONFIGS } from "./envFiles.ts";

export interface ProcessLine {
  readonly pid: number;
  readonly command: string;
}

/** What starts the whole exchange with wrangler alone. */
export const WRANGLER_DEV = `npx wrangler dev ${CONFIGS.map((config) => `-c ${config}`).join(" ")}`;

/** The process of `wrangler dev` among these; undefined when something else runs the workers, `npm run dev` included. */
export function wranglerAmong(ancestors: readonly ProcessLine[]): ProcessLine | undefined {
  const found = ancestors.find(({ command }) => /wrangler\S*(?:\s.*)?\sdev(?:\s|$)/.test(command));
  // Which brings secrets of its own.
  return found?.command.includes("--env-file") === true ? undefined : found;
}

/** Why a start must not go on, in a sentence that says what to type; null when it may. */
export function whyNotToStart({ command }: ProcessLine): string | null {
  if (CONFIGS.slice(1).every((config) => command.includes(config))) return null;
  return `The gateway alone answers nothing, because accounts, books and logins live in other workers. Type: ${WRANGLER_DEV} (or npm run dev, which brings PostgreSQL and a demo market).`;
}
