/**
 * Starts what the tests of the terminal share: a demo exchange as `npm run dev` starts it, and a browser. Without
 * Chromium nothing is started, and the tests are skipped and say how to install it.
 */
import { mkdtempSync, rmSync, chmodSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { build } from "vite";
import { freePort } from "../../dev/ports.ts";
import buildSite from "../../ops/api/site.ts";
import { ROOT } from "../../ops/workers.ts";
import { startDev } from "../system/devRun.ts";
import { BROWSER_ARGS, chromiumPath } from "./chromium.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Null without Chromium. */
    readonly terminal: { readonly url: string; readonly browser: string; readonly state: string } | null;
  }
}

/** While a test is written: the exchange of TERMINAL_URL, whose state folder is TERMINAL_STATE, in place of a new one. */
async function useRunning(project: TestProject, executablePath: string): Promise<() => Promise<void>> {
  const { TERMINAL_URL: url = "", TERMINAL_STATE: state = "" } = process.env;
  const server = await chromium.launchServer({ executablePath, args: BROWSER_ARGS });
  project.provide("terminal", { url, browser: server.wsEndpoint(), state });
  return async () => server.close();
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const executablePath = chromiumPath();
  if (executablePath === null) {
    console.log("The tests of the terminal are skipped: no Chromium (apt-get install chromium, or CHROMIUM=path).");
    project.provide("terminal", null);
    return async () => {};
  }
  const { TERMINAL_URL, TERMINAL_STATE } = process.env;
  if (TERMINAL_URL !== undefined && TERMINAL_STATE !== undefined) return useRunning(project, executablePath);
  buildSite();
  await build({ configFile: join(ROOT, "web", "vite.config.ts"), logLevel: "warn" });
  const state = mkdtempSync(join(tmpdir(), "exchange-terminal-"));
  // PostgreSQL, lent to another user by root, must be able to pass.
  chmodSync(state, 0o711);
  const port = await freePort(undefined);
  const dev = await startDev(join(state, "state"), port);
  const server = await chromium.launchServer({ executablePath, args: BROWSER_ARGS });
  project.provide("terminal", {
    url: `http://localhost:${port}`,
    browser: server.wsEndpoint(),
    state: join(state, "state"),
  });
  return async () => {
    await server.close();
    dev.process.kill("SIGINT");
    if (dev.process.exitCode === null) await once(dev.process, "exit");
    rmSync(state, { recursive: true, force: true });
  };
}
