import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unstable_readConfig } from "wrangler";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startWorkerd } from "../test/rig/workerd.ts";
import { moveRenamedObjects, objectId, RENAMED_CLASSES } from "./renamedObjects.ts";

let stateDir: string;
beforeEach(() => void (stateDir = mkdtempSync(join(tmpdir(), "renamed-"))));
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

const BEFORE = "exchange-core-Outbox";
const AFTER = "exchange-core-DevMailbox";
const fileIn = (folder: string, file: string): string => join(stateDir, "v3", "do", folder, file);

test("the classes are those that a deployment renames", () => {
  const { exports } = unstable_readConfig({ config: join(import.meta.dirname, "../durable-objects/wrangler.toml") });
  const entries = Object.entries(exports as Record<string, { readonly state?: string; readonly renamed_to?: string }>);
  const renamed = entries.flatMap(([from, { state, renamed_to: to }]) => (state === "renamed" ? [{ from, to }] : []));
  expect(RENAMED_CLASSES.map(({ from, to }) => ({ from, to }))).toEqual(renamed);
});

test("an object's files are moved once, and never over others", () => {
  const [old, now] = [objectId(BEFORE, "outbox"), objectId(AFTER, "outbox")];
  moveRenamedObjects(stateDir);
  expect(existsSync(join(stateDir, "v3"))).toBe(false);
  mkdirSync(fileIn(BEFORE, ""), { recursive: true });
  for (const file of [`${old}.sqlite`, `${old}.sqlite-wal`, "metadata.sqlite"])
    writeFileSync(fileIn(BEFORE, file), file);
  moveRenamedObjects(stateDir);
  expect(readFileSync(fileIn(AFTER, `${now}.sqlite`), "utf8")).toBe(`${old}.sqlite`);
  expect(readFileSync(fileIn(AFTER, `${now}.sqlite-wal`), "utf8")).toBe(`${old}.sqlite-wal`);
  expect(existsSync(fileIn(BEFORE, ""))).toBe(false);
  mkdirSync(fileIn(BEFORE, ""));
  writeFileSync(fileIn(BEFORE, `${old}.sqlite`), "another");
  moveRenamedObjects(stateDir);
  expect(readFileSync(fileIn(AFTER, `${now}.sqlite`), "utf8")).toBe(`${old}.sqlite`);
  expect(readFileSync(fileIn(BEFORE, `${old}.sqlite`), "utf8")).toBe("another");
});

/** A worker that adds what it is posted to the rows of its object "outbox", and answers with all of them. */
function script(className: string): string {
  return `
import { DurableObject } from "cloudflare:workers";
export class ${className} extends DurableObject {
  add(text) {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS row (text TEXT)");
    if (text !== "") sql.exec("INSERT INTO row (text) VALUES (?)", text);
    return [...sql.exec("SELECT text FROM row")].map((row) => row.text);
  }
}
export default {
  async fetch(request, env) {
    return Response.json(await env.OBJECTS.getByName("outbox").add(await request.text()));
  },
};
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** What the object says to a text, in a workerd of its own on the state folder. */
async function say(className: string, text: string): Promise<unknown> {
  const port = await freePort();
  const storage = join(stateDir, "v3", "do");
  mkdirSync(storage, { recursive: true });
  writeFileSync(join(stateDir, "worker.js"), script(className));
  const configFile = join(stateDir, "config.capnp");
  writeFileSync(
    configFile,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "storage", disk = (path = "${storage}", writable = true))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-20",
  durableObjectNamespaces = [(className = "${className}", uniqueKey = "exchange-core-${className}", enableSql = true)],
  durableObjectStorage = (localDisk = "storage"),
  bindings = [(name = "OBJECTS", durableObjectNamespace = "${className}")],
);
`,
  );
  const url = `http://127.0.0.1:${port}/`;
  const logFile = join(stateDir, "workerd.log");
  const workerd = await startWorkerd({ configFile, logFile, healthUrl: url, inspectorAddress: null });
  try {
    return await (await fetch(url, { method: "POST", body: text })).json();
  } finally {
    await workerd.stop();
  }
}

test("workerd finds the object of the earlier class under the new one", async () => {
  expect(await say("Outbox", "a mail")).toEqual(["a mail"]);
  moveRenamedObjects(stateDir);
  expect(await say("DevMailbox", "another")).toEqual(["a mail", "another"]);
});
