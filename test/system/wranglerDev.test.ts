/** `wrangler dev`, typed by somebody who knows the platform and has not read on. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { afterAll, expect, test, vi } from "vitest";
import { exchangeApi } from "../../dev/api.ts";
import { CONFIGS } from "../../dev/envFiles.ts";
import { freePort } from "../../dev/ports.ts";
import { WRANGLER_DEV } from "../../dev/wranglerStart.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "exchange-wrangler-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Starts it on a free port, with state of its own. */
async function wrangler(
  configs: readonly string[],
): Promise<{ process: ChildProcess; url: string; said: () => string }> {
  const port = await freePort(undefined);
  const own = ["--port", String(port), "--inspector-port", "0", "--persist-to", dir];
  const env = {
    ...process.env,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_REGISTRY_PATH: join(dir, "registry"),
    CI: "1",
  };
  const bin = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const child = spawn(
    join(ROOT, "node_modules/.bin/node"),
    [bin, "dev", ...configs.flatMap((config) => ["-c", config]), ...own],
    {
      cwd: ROOT,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  return { process: child, url: `http://localhost:${port}`, said: () => text };
}

test("DV-12: a start of the gateway alone ends with the right command line", async () => {
  const run = await wrangler([]);
  await once(run.process, "exit");
  const lines = run
    .said()
    .split("\n")
    .filter((line) => line.includes("Type: "));
  expect(lines).toEqual([expect.stringContaining(`Type: ${WRANGLER_DEV} `)]);
  expect(run.said()).not.toMatch(/^ {4}at /m);
});

test("DV-12: that command line starts a whole exchange: an administrator, a deposit, an order", async () => {
  const run = await wrangler(CONFIGS);
  const api = exchangeApi(run.url, 2);
  try {
    await vi.waitFor(() => api.health(), { timeout: 90_000, interval: 100 });
    const secret = parseEnv(readFileSync(join(ROOT, ".env"), "utf8"))["BOOTSTRAP_SECRET"] ?? "";
    const [email, password] = ["first@example.com", "a long enough pass phrase of mine"];
    const { account_id: accountId } = await api.bootstrapAdmin(secret, email, password);
    const bearer = { bearer: await api.signIn(email, password) };
    await api.deposit({ admin: bearer }, accountId, "first", "1000");
    const key = await api.createKey(bearer.bearer);
    const order = await api.submitOrder(key, {
      symbol: "AAPL",
      side: "buy",
      type: "limit",
      time_in_force: "gtc",
      qty: "1",
      limit_price: "150",
      client_order_id: "first",
    });
    expect(order.status).toMatch(/^(new|accepted|pending_new)$/);
    // Nobody listens where the audit trail goes: it waits, and the log says so.
    await vi.waitFor(() => expect(run.said()).toContain("audit.database_away"), { timeout: 60_000, interval: 100 });
    expect((await api.order(key, order.id)).status).toBe("new");
  } finally {
    api.close();
    run.process.kill("SIGINT");
    await once(run.process, "exit");
  }
});
