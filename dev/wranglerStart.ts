/** Checks how `wrangler dev` was started. */
import { CONFIGS } from "./envFiles.ts";

export interface ProcessLine {
  readonly pid: number;
  readonly command: string;
}

/** The command that starts all workers with wrangler alone. */
export const WRANGLER_DEV = `npx wrangler dev ${CONFIGS.map((config) => `-c ${config}`).join(" ")}`;

/** The process of `wrangler dev` among these; undefined under `npm run dev` or other programs. */
export function wranglerAmong(ancestors: readonly ProcessLine[]): ProcessLine | undefined {
  const found = ancestors.find(({ command }) => /wrangler\S*(?:\s.*)?\sdev(?:\s|$)/.test(command));
  // `npm run dev` passes secrets of its own.
  return found?.command.includes("--env-file") === true ? undefined : found;
}

/** The message that ends a start, with the right command line; null when the start may continue. */
export function whyNotToStart({ command }: ProcessLine): string | null {
  if (CONFIGS.slice(1).every((config) => command.includes(config))) return null;
  return `The gateway alone answers nothing, because accounts, books and logins live in other workers. Type: ${WRANGLER_DEV} (or npm run dev, which brings PostgreSQL and a demo market).`;
}
