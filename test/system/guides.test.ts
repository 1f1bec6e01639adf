/**
 * Runs the README and the guides as printed, except for port and state folder: their shell commands, the examples, the
 * SQL, and the commands that take seconds.
 */
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { exchangeApi } from "../../dev/api.ts";
import { Demo } from "../../dev/demo.ts";
import { freePort } from "../../dev/ports.ts";
import { guideBlocks, isCommands } from "../guides.ts";
import { type Run, startDev } from "./devRun.ts";

const WAIT = { timeout: 60_000, interval: 100 };
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "exchange-guides-"));
// PostgreSQL may run as another user, which must be able to traverse the folder.
chmodSync(dir, 0o711);
const state = join(dir, "state");
const blocks = guideBlocks();

let dev: Run;
let demo: Demo;

beforeAll(async () => {
  dev = await startDev(state, await freePort(undefined));
  demo = Demo.parse(JSON.parse(readFileSync(join(state, "demo.json"), "utf8")));
});
afterAll(async () => {
  dev.process.kill("SIGTERM");
  await once(dev.process, "exit");
  rmSync(dir, { recursive: true, force: true });
});

/** A command of a guide, for this exchange. */
const here = (text: string): string =>
  text.replaceAll("http://localhost:8787", demo.url).replaceAll("./.dev/", `${state}/`);

/** Runs a program in the project's folder; rejects with its output when it fails. */
function run(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd: ROOT,
      env: {
        ...process.env,
        PATH: `${join(ROOT, "node_modules", ".bin")}:${process.env["PATH"] ?? ""}`,
        STATE_DIR: state,
        DATABASE_URL: "",
        NODE_NO_WARNINGS: "1",
        ...env,
      },
    };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout + stderr);
      else reject(new Error(`${program} ${args.join(" ")}: ${stdout}${stderr}`));
    });
  });
}

/** An example in a process of its own; `said` is its output. */
function startExample(name: string, env: Record<string, string>): { process: ChildProcess; said: () => string } {
  const child = spawn(join(ROOT, "node_modules/.bin/node"), [join(ROOT, "examples", name)], {
    cwd: ROOT,
    env: { ...process.env, DEMO: join(state, "demo.json"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  return { process: child, said: () => text };
}

const buyOne = async (): Promise<void> => {
  const [trader] = demo.traders;
  const headers = { "APCA-API-KEY-ID": trader?.keyId ?? "", "APCA-API-SECRET-KEY": trader?.secret ?? "" };
  const order = { symbol: "MSFT", side: "buy", type: "market", qty: "1", time_in_force: "day" };
  const answer = await fetch(`${demo.url}/v2/orders`, { method: "POST", headers, body: JSON.stringify(order) });
  expect(answer.status, await answer.text()).toBe(200);
};

test("DV-14: examples/bot.mjs trades, says so and ends", async () => {
  const demoFile = { DEMO: join(state, "demo.json"), SECONDS: "1" };
  expect(await run("node", [join(ROOT, "examples/bot.mjs")], demoFile)).toMatch(/^filled at \d+/m);
});

test("DV-14: examples/marketMaker.mjs quotes both sides, and its quotes are cancelled when it is killed", async () => {
  const maker = startExample("marketMaker.mjs", { SECONDS: "60" });
  await vi.waitFor(() => expect(maker.said()).toMatch(/buy [\d.]+ rests[^]*sell [\d.]+ rests/), WAIT);
  maker.process.kill("SIGKILL");
  const api = exchangeApi(demo.url, 1);
  await vi.waitFor(async () => expect(await api.openOrders(demo.traders[1] ?? null)).toEqual([]), WAIT);
  api.close();
});

test("DV-14: examples/depth.mjs verifies a book at every change", async () => {
  const watching = startExample("depth.mjs", {});
  await vi.waitFor(() => expect(watching.said().match(/^verified \d+ bid .* ask /gm)?.length).toBeGreaterThan(2), WAIT);
  watching.process.kill("SIGKILL");
  expect(watching.said()).not.toMatch(/gap|wrong|refused/);
});

test("DV-14: examples/orderEntry.mjs has every command done, and the exchange cancels what it leaves", async () => {
  const said = await run("node", [join(ROOT, "examples/orderEntry.mjs")], { DEMO: join(state, "demo.json") });
  const frames = [...said.matchAll(/^frame \S+: (\d+) of (\d+) commands done/gm)];
  expect(frames).toHaveLength(20);
  expect(frames.filter(([, done, all]) => done !== all)).toEqual([]);
  const api = exchangeApi(demo.url, 1);
  await vi.waitFor(async () => expect(await api.openOrders(demo.traders[1] ?? null)).toEqual([]), WAIT);
  api.close();
});

test("DV-14: examples/resume.mjs, killed while its account trades, prints each update once", async () => {
  const file = { CURSOR_FILE: join(dir, "resume.cursor") };
  const first = startExample("resume.mjs", file);
  await vi.waitFor(() => expect(first.said()).toContain("listening"), WAIT);
  await buyOne();
  await vi.waitFor(() => expect(first.said()).toMatch(/ fill buy MSFT filled/), WAIT);
  first.process.kill("SIGKILL");
  await buyOne();
  const second = startExample("resume.mjs", file);
  await vi.waitFor(() => expect(second.said()).toMatch(/ fill buy MSFT filled/), WAIT);
  second.process.kill("SIGKILL");
  const cursors = [...(first.said() + second.said()).matchAll(/^(\d+) \w+ (?:buy|sell) /gm)].map(([, cursor]) =>
    Number(cursor),
  );
  const [start = 0] = cursors;
  expect(cursors).toEqual(cursors.map((_, index) => start + index));
});

// The last of it halts the market.
test("DV-14: the conversations of the guides, in one shell from top to bottom", { timeout: 200_000 }, async () => {
  const conversations = blocks.filter((block) => block.language === "sh" && !isCommands(block));
  expect(conversations.length).toBeGreaterThan(2);
  // The second half uses variables that the first half has set.
  const said = await run("bash", ["-euo", "pipefail", "-c", conversations.map(({ text }) => here(text)).join("\n")]);
  // An error has a code and a reason; an unset variable is "undefined" or empty.
  expect(
    said.split("\n").filter((line) => /"reason":|undefined|Error:/.test(line) && /"code":|undefined|Error:/.test(line)),
  ).toEqual([]);
  expect(said).toMatch(/"status":"(?:filled|accepted|new|pending_new)"/);
  expect(said, "a login of one's own has money").toMatch(/"cash":"25000"/);
  expect(said).toMatch(/"key_id":"/);
  expect(said, "a paper account that begins again").toMatch(/"cash":"7500"/);
});

test("DV-14: the SQL of the guides makes the logins of an audit database", async () => {
  const client = new pg.Client(demo.databaseUrl);
  await client.connect();
  try {
    // The local exchange has a login of that name, so the changes are rolled back.
    await client.query("begin; alter role exchange_app rename to another_app");
    for (const { text } of blocks.filter(({ language }) => language === "sql")) await client.query(text);
    const { rows } = await client.query("select rolname from pg_roles where rolname in ('exchange_app', 'auditor')");
    expect(rows).toHaveLength(2);
    await client.query("rollback");
  } finally {
    await client.end();
  }
});

test("DV-14: the commands of the guides that take seconds", { timeout: 400_000 }, async () => {
  const printed = new Set(
    blocks.filter(isCommands).flatMap(({ text }) =>
      text
        .trim()
        .split("\n")
        .map((line) => line.replace(/\s+#.*$/, "")),
    ),
  );
  const typed = async (command: string, env: Record<string, string> = {}): Promise<string> => {
    expect(printed, command).toContain(command);
    return await run("bash", ["-c", command], env);
  };
  expect(await typed("npm run verify")).toMatch(/^VERIFIED$/m);
  expect(await typed("npm run replay -- ops/replay/sample.csv.gz --speed max --verify")).toMatch(/equal/i);
  const owner = { DATABASE_URL: demo.databaseUrl };
  expect(await run("bash", ["-c", "npm run db:migrate"], owner)).toContain("newest schema");
  await run("bash", ["-c", "npm run audit:retention -- --dry-run"], owner);
});
