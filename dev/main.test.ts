import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { takeLock } from "./lock.ts";
import { freePort } from "./ports.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NODE = join(ROOT, "node_modules", ".bin", "node");
const dir = mkdtempSync(join(tmpdir(), "exchange-start-"));
// PostgreSQL, lent to another user by root, must be able to pass.
chmodSync(dir, 0o711);
afterAll(() => rmSync(dir, { recursive: true }));

let folders = 0;
function stateFolder(files: Record<string, string> = {}): string {
  const state = join(dir, `state${++folders}`);
  mkdirSync(state);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(state, name)), { recursive: true });
    writeFileSync(join(state, name), text);
  }
  return state;
}

interface Ended {
  readonly code: number | string | null | undefined;
  readonly said: string;
}

function run(script: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = {
      cwd: ROOT,
      timeout: 50_000,
      env: { ...process.env, DATABASE_URL: "", NODE_NO_WARNINGS: "1", ...env },
    };
    execFile(NODE, [join("dev", script), ...args], options, (error, _stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, said: stderr.trim() }),
    );
  });
}

/** Starts on a free port, with what is wrong in the state folder or the environment. */
async function start(state: string, env: Record<string, string> = {}): Promise<Ended> {
  return run("main.ts", ["--state", state], { PORT: String(await freePort(undefined)), ...env });
}

/** What was said, provided that it is one sentence without a stack trace and that the start failed with exit code 1. */
function sentenceOf({ code, said }: Ended): string {
  if (code !== 1 || said.includes("\n")) throw new Error(`exit code ${code}: ${said}`);
  return said;
}

// A start takes half a second of CPU before it can fail, and other tests run beside it.
describe.concurrent("DV-4: a failed start prints one clear sentence, exit code 1:", { timeout: 60_000 }, () => {
  test("a busy port", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = address !== null && typeof address === "object" ? String(address.port) : "";
    expect(sentenceOf(await start(stateFolder(), { PORT: port }))).toMatch(
      new RegExp(`^Port ${port} is busy: .*PORT=`),
    );
    server.close();
  });

  test("an invalid port", async () => {
    expect(sentenceOf(await start(stateFolder(), { PORT: "http" }))).toMatch(
      /^PORT must be a number from 1 to 65535, not "http"\.$/,
    );
  });

  test("an unknown calendar", async () => {
    expect(sentenceOf(await start(stateFolder(), { MARKET_CALENDAR: "nyse" }))).toBe(
      'MARKET_CALENDAR is "always" or "us_equities", not "nyse".',
    );
  });

  test("a feed that there is not", async () => {
    expect(sentenceOf(await start(stateFolder(), { FEED_SOURCE: "iex" }))).toBe(
      'FEED_SOURCE must be "none", "alpaca" or "replay".',
    );
  });

  test("an upstream without credentials", async () => {
    expect(sentenceOf(await start(stateFolder(), { FEED_SOURCE: "alpaca" }))).toBe(
      'FEED_CREDENTIALS must be {"key": …, "secret": …}.',
    );
  });

  test("a recorded day without its address", async () => {
    expect(sentenceOf(await start(stateFolder(), { FEED_SOURCE: "replay" }))).toBe(
      "FEED_SOURCE=replay needs the address of a recorded day as FEED_URL.",
    );
  });

  test("FOUR_EYES neither on nor off", async () => {
    expect(sentenceOf(await start(stateFolder(), { FOUR_EYES: "yes" }))).toBe('FOUR_EYES is "on" or "off", not "yes".');
  });

  test("a state folder that is a file", async () => {
    const state = join(stateFolder({ ".dev": "" }), ".dev");
    expect(sentenceOf(await start(state))).toMatch(/is a file, and the exchange keeps its state in a folder/);
  });

  test("a state folder with a file where a folder belongs", async () => {
    expect(sentenceOf(await start(stateFolder({ logs: "" })))).toMatch(/is broken .*--fresh/);
  });

  test("damaged secrets", async () => {
    expect(sentenceOf(await start(stateFolder({ "secrets.json": '{"jwt' })))).toMatch(/secrets\.json is damaged/);
    expect(sentenceOf(await start(stateFolder({ "secrets.json": "{}" })))).toMatch(/secrets\.json is damaged/);
  });

  test("data of another PostgreSQL", async () => {
    const state = stateFolder({
      "postgres/data/PG_VERSION": "15\n",
      "postgres/postgres.json": '{"port":1,"password":"x"}',
    });
    expect(sentenceOf(await start(state))).toMatch(/is data of PostgreSQL 15 and this is PostgreSQL 18/);
  });

  test("a folder without a PostgreSQL cluster", async () => {
    expect(sentenceOf(await start(stateFolder({ "postgres/data/file": "" })))).toMatch(/is not a PostgreSQL cluster/);
  });

  test("a second start on the same state folder", async () => {
    const state = stateFolder();
    const release = await takeLock(join(state, "lock"));
    expect(sentenceOf(await start(state))).toMatch(/already runs on this state folder \(process \d+\)/);
    release();
  });

  test("a database that does not answer, without its password", async () => {
    const DATABASE_URL = `postgresql://me:hidden@127.0.0.1:${await freePort(undefined)}/exchange`;
    const ended = await start(stateFolder(), { DATABASE_URL });
    expect(sentenceOf(ended)).toMatch(
      /Cannot connect to the PostgreSQL server of DATABASE_URL \(127\.0\.0\.1:\d+\): .*ECONNREFUSED/,
    );
    expect(ended.said).not.toContain("hidden");
  });

  test("a replay without an exchange, and one without its file", async () => {
    const feed = join(
      stateFolder({ "feed.csv": "id,timestamp,price,volume,action,direction\n1,2,3,4,created,bid\n" }),
      "feed.csv",
    );
    expect(sentenceOf(await run("../ops/replay.ts", [feed, "--state", stateFolder()]))).toMatch(
      /demo\.json is missing: start the exchange first/,
    );
    expect(sentenceOf(await run("../ops/replay.ts", [join(dir, "none.csv")]))).toMatch(/^There is no file /);
    expect(sentenceOf(await run("../ops/replay.ts", [feed, "--symbol", "DOGE"]))).toMatch(/^DOGE is not listed/);
    expect(sentenceOf(await run("../ops/replay.ts", [feed, "--speed", "fast"]))).toMatch(
      /^--speed is max or a number with x/,
    );
  });
});

test("DV-4: the lock of a killed run does not block the next one", async () => {
  const lock = join(stateFolder(), "lock");
  writeFileSync(lock, `${await freePort(undefined)} ${process.pid}\n`);
  const release = await takeLock(lock);
  await expect(takeLock(lock)).rejects.toThrow(/already runs/);
  release();
  expect(existsSync(lock)).toBe(false);
});
