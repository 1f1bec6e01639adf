/**
 * The gateway's build command: with `wrangler dev` it sees to it that what the gateway calls is there, and stops a start that
 * would answer 503 to everything, with a sentence that says what to type. With other commands it does nothing.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { writeEnvFiles } from "./envFiles.ts";
import { moveRenamedObjects } from "./renamedObjects.ts";
import { whyNotToStart, wranglerAmong } from "./wranglerStart.ts";
import type { ProcessLine } from "./wranglerStart.ts";

/** Wrangler shows what its build command says after a moment, and an error in twenty screens after its end. */
const SHOWN_MS = 500;

/** The processes that started us, the nearest first. */
function ancestors(): ProcessLine[] {
  const found: ProcessLine[] = [];
  try {
    for (let pid = process.ppid; pid > 1 && found.length < 6;) {
      const line = execFileSync("ps", ["-o", "ppid=,args=", "-p", String(pid)], { encoding: "utf8" }).trim();
      const [, parent = "0", command = ""] = /^(\d+)\s+(.*)$/s.exec(line) ?? [];
      found.push({ pid, command });
      pid = Number(parent);
    }
  } catch {
    // Without ps nobody can tell how wrangler was started.
  }
  return found;
}

const wrangler = process.env["WRANGLER_COMMAND"] === "dev" ? wranglerAmong(ancestors()) : undefined;
if (wrangler !== undefined) {
  const sentence = whyNotToStart(wrangler);
  if (sentence === null) {
    const root = fileURLToPath(new URL("..", import.meta.url));
    // Wrangler reads both after this.
    await writeEnvFiles(root);
    moveRenamedObjects(join(root, ".wrangler", "state"));
  } else {
    console.error(sentence);
    await sleep(SHOWN_MS);
    process.kill(wrangler.pid, "SIGTERM");
    process.exitCode = 1;
  }
}
