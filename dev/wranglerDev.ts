/**
 * The gateway's build command. With `wrangler dev` it checks that the other workers and their secrets are present;
 * without them every request would get 503, so it ends the start with the right command line. Otherwise it does
 * nothing.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { writeEnvFiles } from "./envFiles.ts";
import { moveRenamedObjects } from "./renamedObjects.ts";
import { whyNotToStart, wranglerAmong } from "./wranglerStart.ts";
import type { ProcessLine } from "./wranglerStart.ts";

/** Delay before the exit, so that wrangler shows the message before its own long error. */
const SHOWN_MS = 500;

/** The ancestor processes, the parent first. */
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
    // Without ps the command line of wrangler is unknown.
  }
  return found;
}

const wrangler = process.env["WRANGLER_COMMAND"] === "dev" ? wranglerAmong(ancestors()) : undefined;
if (wrangler !== undefined) {
  const sentence = whyNotToStart(wrangler);
  if (sentence === null) {
    const root = fileURLToPath(new URL("..", import.meta.url));
    // Wrangler reads both files after its build command.
    await writeEnvFiles(root);
    moveRenamedObjects(join(root, ".wrangler", "state"));
  } else {
    console.error(sentence);
    await sleep(SHOWN_MS);
    process.kill(wrangler.pid, "SIGTERM");
    process.exitCode = 1;
  }
}
