/** A person who leaves: what is exported before, and that nothing of it is anywhere afterwards. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { strFromU8, unzipSync } from "fflate";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestDatabase } from "../../dev/testing.ts";
import type { TestDatabase } from "../../dev/testing.ts";
import { ROOT } from "../rig/bundles.ts";
import { startExchange } from "../rig/exchange.ts";
import type { RiggedExchange } from "../rig/exchange.ts";
import { listen, type Listener } from "./sockets.ts";

const WAIT = { timeout: 30_000, interval: 100 };
const PASSWORD = "correct horse battery staple";
const mark = randomBytes(4).toString("hex");

/** What nobody may find any more. */
const PERSON = {
  email: `zq.${mark}@recognisable.example`,
  name: `Zebedee Quagmüre ${mark}`,
  ip: `2001:db8:${mark.slice(0, 4)}::${mark.slice(4)}`,
  userAgent: `RecognisableBrowser/${mark} (of one person)`,
  keyName: `the bot of ${mark}`,
};
/** What stays, to see that it would be found. */
const CONTROL = `order-${randomBytes(6).toString("hex")}`;

let dir: string;
let database: TestDatabase;
let exchange: RiggedExchange;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "exchange-erasure-"));
  database = await startTestDatabase();
  exchange = await startExchange({ dir, database, vars: { PUBLIC_URL: "http://exchange.test" } });
});

afterAll(async () => {
  await exchange.stop();
  await database.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever the API answers
  readonly body: any;
}

async function call(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Answer> {
  const init: RequestInit = { method, headers, body: body === undefined ? null : JSON.stringify(body) };
  const response = await fetch(exchange.url + path, init);
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

/** As the person: from its address, with its browser. */
const person = (headers: Record<string, string> = {}) => ({
  "CF-Connecting-IP": PERSON.ip,
  "User-Agent": PERSON.userAgent,
  ...headers,
});

async function signIn(email: string, headers: Record<string, string>): Promise<Record<string, string>> {
  const { status, body } = await call("POST", "/v1/auth/login", headers, { email, password: PASSWORD });
  expect(status).toBe(200);
  return { ...headers, Authorization: `Bearer ${body.access_token}` };
}

/** Signs up by the code in the mail. */
async function signUp(): Promise<Record<string, string>> {
  const login = { email: PERSON.email, password: PASSWORD };
  expect((await call("POST", "/v1/auth/register", person(), login)).status).toBe(202);
  const token = await vi.waitFor(async () => {
    const { body } = await call("GET", "/dev/outbox.json", {});
    const mail = (body as { to: string; text: string }[]).find(({ to }) => to === PERSON.email);
    const code = /enter this code: (\w+)/.exec(mail?.text ?? "")?.[1];
    expect(code).toBeDefined();
    return code;
  }, WAIT);
  expect((await call("POST", "/v1/auth/verify", person(), { token, password: PASSWORD })).status).toBe(200);
  return signIn(PERSON.email, person());
}

/** A trading stream of the person whose end cancels the orders. */
async function stream(key: { key_id: string; secret: string }): Promise<Listener> {
  const client = await listen(`${exchange.url.replace("http", "ws")}/stream`, person());
  client.send({ action: "auth", key: key.key_id, secret: key.secret });
  const data = { streams: ["trade_updates"], cancel_on_disconnect: true };
  client.send({ action: "listen", data });
  await client.next("listening", ({ stream: name }) => name === "listening");
  return client;
}

async function exported(me: Record<string, string>): Promise<Record<string, unknown>> {
  const response = await fetch(`${exchange.url}/v1/privacy/export`, { headers: me });
  expect(response.status).toBe(200);
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
  return Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [
      name,
      name.endsWith(".json") ? (JSON.parse(strFromU8(bytes)) as unknown) : strFromU8(bytes),
    ]),
  );
}

/** A text in every form in which a file could have it. */
function formsOf(text: string): Buffer[] {
  const utf8 = Buffer.from(text, "utf8");
  const utf16 = Buffer.from(text, "utf16le");
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/[\u0080-\uffff]/g, (letter) => {
      return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
    });
  // In base64 a text looks different at each of three places; its first and last letters depend on its neighbours.
  const base64 = [0, 1, 2].flatMap((before) =>
    (["base64", "base64url"] as const).map((form) =>
      Buffer.from(
        Buffer.concat([Buffer.alloc(before), utf8])
          .toString(form)
          .slice(before === 0 ? 0 : 4, -4),
      ),
    ),
  );
  const forms = [utf8, utf16, Buffer.from(utf16).swap16(), Buffer.from(utf8.toString("hex")), Buffer.from(escaped)];
  return [...forms, Buffer.from(encodeURIComponent(text)), ...base64];
}

/** Where any of the texts is: files of the state folder with their logs, and rows of PostgreSQL. */
async function found(texts: readonly string[]): Promise<string[]> {
  const forms = texts.flatMap((text) => formsOf(text).map((form) => ({ text, form })));
  const has = (bytes: Buffer) => forms.filter(({ form }) => bytes.includes(form)).map(({ text }) => text);
  const files = readdirSync(dir, { recursive: true, encoding: "utf8" })
    .map((name) => join(dir, name))
    .filter((name) => statSync(name).isFile());
  const places = files.flatMap((name) => has(readFileSync(name)).map((text) => `${text} in ${name}`));
  const owner = new pg.Client(database.url);
  await owner.connect();
  try {
    const tables = await owner.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables.rows) {
      const { rows } = await owner.query<{ row: string }>(`select t::text as row from ${name} as t`);
      places.push(...rows.flatMap(({ row }) => has(Buffer.from(row)).map((text) => `${text} in ${name}`)));
    }
  } finally {
    await owner.end();
  }
  return places;
}

/** Every key of personal data that is stored, as it is stored; read from a copy of the objects' files. */
function wrappedKeys(): Set<string> {
  const copy = mkdtempSync(join(tmpdir(), "exchange-erasure-copy-"));
  try {
    cpSync(exchange.storageDir, copy, { recursive: true });
    const files = readdirSync(copy, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".sqlite"));
    const keys = files.flatMap((name) => {
      const db = new DatabaseSync(join(copy, name));
      const tables = db.prepare("SELECT name FROM sqlite_master WHERE name IN ('login', 'vault')").all();
      const column: Readonly<Record<string, string>> = { login: "vault", vault: "wrapped" };
      const rows = tables.flatMap(({ name: table }) =>
        db.prepare(`SELECT ${column[String(table)]} AS key FROM ${String(table)}`).all(),
      );
      db.close();
      return rows.map(({ key }) => String(key));
    });
    return new Set(keys.filter((key) => key !== ""));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function verify(key: { key_id: string; secret: string }): Promise<{ code: number; said: string }> {
  const keys = { APCA_API_KEY_ID: key.key_id, APCA_API_SECRET_KEY: key.secret };
  const env = { ...process.env, DATABASE_URL: database.url, DATABASE_URL_EU: "", ...keys };
  const args = [join(ROOT, "ops/verify.ts"), "--url", exchange.url, "--state", "/nonexistent"];
  return new Promise((resolve) => {
    execFile(join(ROOT, "node_modules/.bin/node"), args, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr });
    });
  });
}

test("PV-9, PV-14: after an erasure no personal data of the export is stored anywhere, and the trail still verifies", async () => {
  const login = { email: "admin@rig.test", password: PASSWORD };
  const bootstrap = { Authorization: `Bearer ${exchange.bootstrapSecret}` };
  expect((await call("POST", "/v1/admin/bootstrap", bootstrap, login)).status).toBe(201);
  const admin = await signIn(login.email, { "CF-Connecting-IP": "198.51.100.1", "User-Agent": "rig" });
  const adminKey = (await call("POST", "/v1/keys", admin)).body;

  const me = await signUp();
  const { body: known } = await call("GET", "/v1/me", me);
  const accountId: string = known.accounts[0].id;
  await call("PATCH", "/v1/me", me, { name: PERSON.name, country: "NZ" });
  await call("PUT", "/v1/privacy/consents", me, { terms: "2026-10", marketing: true });
  const key = (await call("POST", "/v1/keys", me, { name: PERSON.keyName })).body;
  const bot = person({ "APCA-API-KEY-ID": key.key_id, "APCA-API-SECRET-KEY": key.secret });
  const funds = { reference: "cash", amount: "5000" };
  expect((await call("POST", `/v1/admin/accounts/${accountId}/deposits`, admin, funds)).status).toBe(200);
  const order = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "gtc", qty: "1", limit_price: "10" };
  const client = await stream(key);
  const placed = await call("POST", "/v2/orders", bot, { ...order, client_order_id: CONTROL });
  expect(placed.status).toBe(200);
  await call("DELETE", `/v2/orders/${placed.body.id}`, bot);
  expect((await call("POST", "/v2/orders", bot, { ...order, qty: "2" })).status).toBe(200);
  await call("POST", "/v2/account/cancel-after", bot, { timeout_seconds: 3_600 });
  // A wrong password is counted and noted.
  await call("POST", "/v1/auth/login", person(), { email: PERSON.email, password: `${PASSWORD}!` });
  await vi.waitFor(
    async () => expect(await found([CONTROL])).toContainEqual(expect.stringContaining("audit_events")),
    WAIT,
  );

  const files = await exported(me);
  expect(files["manifest.json"]).toMatchObject({ complete: true, account_id: accountId });
  expect(files["profile.json"]).toMatchObject([{ email: PERSON.email }]);
  expect(files["person.json"]).toEqual([{ name: PERSON.name, country: "NZ" }]);
  expect(files["api_keys.json"]).toMatchObject([{ key_id: key.key_id, name: PERSON.keyName }]);
  expect(files["sessions.json"]).toMatchObject([{ device: { ip: PERSON.ip, userAgent: PERSON.userAgent } }]);
  expect(files["orders.json"]).toMatchObject([{ client_order_id: CONTROL, status: "canceled" }, { status: "new" }]);
  expect(files["deposits.json"]).toMatchObject([{ reference: "cash", amount: "5000" }]);
  const accepted = (files["audit_events.json"] as { action: string }[]).filter(
    ({ action }) => action === "order.accepted",
  );
  expect(accepted).toHaveLength(2);
  for (const event of accepted) expect(event).toMatchObject({ ip_address: PERSON.ip, user_agent: PERSON.userAgent });
  expect(JSON.stringify(files)).not.toContain(key.secret);

  // With money left it takes an administrator.
  expect(await call("POST", "/v1/privacy/erase", me, { confirm: "erase" })).toMatchObject({
    status: 409,
    body: { orders: 1, positions: [], cash: "5000" },
  });
  const keysBefore = wrappedKeys();
  const erased = await call("POST", `/v1/admin/users/${known.user.id}/erase`, admin, { confirm: "erase" });
  expect(erased).toMatchObject({ status: 200, body: { status: "erased" } });

  await client.ends(4401);
  await vi.waitFor(async () => expect((await call("GET", "/v1/me", me)).status).toBe(401), WAIT);
  await vi.waitFor(async () => expect((await call("GET", "/v2/account", bot)).status).toBe(401), WAIT);
  expect((await call("POST", "/v1/auth/login", person(), { email: PERSON.email, password: PASSWORD })).status).toBe(
    401,
  );
  expect((await call("GET", `/v1/admin/users/${known.user.id}`, admin)).status).toBe(404);
  // The last events of the account are in the database as well: everything is written that will be.
  await vi.waitFor(async () => {
    const { said } = await verify(adminKey);
    expect(said).toMatch(/^VERIFIED$/m);
  }, WAIT);
  const keysAfter = wrappedKeys();
  const destroyed = [...keysBefore].filter((key) => !keysAfter.has(key));
  // Of the login and of its account; nobody else's.
  expect(destroyed).toHaveLength(2);
  // What a write-ahead log still has of them goes when its database is closed, or at the next thousand pages.
  await exchange.stop();
  await exchange.restart();
  expect(await found(destroyed)).toEqual([]);
  expect(await found([CONTROL])).not.toEqual([]);
  expect(await found(Object.values(PERSON))).toEqual([]);
  // The same e-mail is somebody new.
  const again = await signUp();
  expect((await call("GET", "/v1/me", again)).body.user.id).not.toBe(known.user.id);
});
