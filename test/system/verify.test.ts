/** `npm run verify` against a whole exchange, as its operator runs it. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { flip } from "../audit/flip.ts";
import { startExchange } from "./exchange.ts";
import type { Exchange, Trader } from "./exchange.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const WAIT = { timeout: 30_000, interval: 100 };

let exchange: Exchange;
let owner: pg.Client;
let key: { key_id: string; secret: string };

beforeAll(async () => {
  exchange = await startExchange();
  owner = new pg.Client(exchange.database.url);
  // The test stops its server.
  owner.on("error", () => {});
  await owner.connect();
  await owner.query("create role auditor login password 'auditor' in role exchange_auditor");
  const { token } = await exchange.admin();
  key = (await exchange.call(null, "POST", "/v1/keys", undefined, { Authorization: `Bearer ${token}` })).body;
});

afterAll(async () => {
  await owner.end().catch(() => {});
  await exchange.close();
});

/** Runs it as a process of its own, as an auditor would: by environment. */
function verify(
  changes: Record<string, string> = {},
  command: readonly string[] = ["verify.ts"],
): Promise<{ code: number; said: string }> {
  const database = new URL(exchange.database.url);
  [database.username, database.password] = ["auditor", "auditor"];
  const env = {
    ...process.env,
    DATABASE_URL: database.href,
    DATABASE_URL_EU: "",
    APCA_API_KEY_ID: key.key_id,
    APCA_API_SECRET_KEY: key.secret,
    ...changes,
  };
  const [script = "", ...words] = command;
  const place = ["--url", changes["URL"] ?? exchange.url, "--state", "/nonexistent"];
  const args = ["--no-warnings", join(ROOT, "ops", script), ...words, ...place];
  return new Promise((resolve) => {
    execFile(join(ROOT, "node_modules/.bin/node"), args, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr });
    });
  });
}

const ask = (path: string) =>
  exchange.call(null, "GET", path, undefined, { "APCA-API-KEY-ID": key.key_id, "APCA-API-SECRET-KEY": key.secret });

async function trade(seller: Trader, buyer: Trader, rounds: number): Promise<void> {
  for (let n = 0; n < rounds; n++) {
    const order = (side: string, type: string, qty: string) => {
      const limit = type === "limit" ? { limit_price: `${250 + n / 100}` } : {};
      return { symbol: "AAPL", side, type, qty, time_in_force: "gtc", ...limit };
    };
    const rests = await exchange.call(seller, "POST", "/v2/orders", order("sell", "limit", "2.5"));
    expect(rests.status).toBe(200);
    await exchange.call(buyer, "POST", "/v2/orders", order("buy", n % 2 === 0 ? "market" : "limit", "1.000001"));
    await exchange.call(buyer, "POST", "/v2/orders", { ...order("buy", "limit", "1"), limit_price: "0.001" });
    if (n % 3 === 0) await exchange.call(seller, "DELETE", `/v2/orders/${rests.body.id}`);
  }
}

test("AU-23: verify succeeds while the exchange trades, names an altered row, and reports what it cannot check", async () => {
  const seller = await exchange.trader(1_000, { AAPL: 500 });
  const buyer = await exchange.trader(100_000);
  await trade(seller, buyer, 6);
  const trading = trade(seller, buyer, 30);
  const during = await verify();
  expect(during).toMatchObject({ code: 0, said: expect.stringMatching(/^VERIFIED$/m) });
  await trading;
  const after = await verify();
  const [sides] = await exchange.rows("select count(*) / 2 as trades from fills");
  expect(Number(sides?.["trades"])).toBeGreaterThan(30);
  expect(after.said).toMatch(
    new RegExp(`^ {2}\\d+ events .* ${String(sides?.["trades"])} trades, 21 books\nVERIFIED$`, "m"),
  );
  expect(after.code).toBe(0);
  // MD-79: no trading day is over.
  const history = await verify({}, ["history.ts", "verify"]);
  expect(history.said).toMatch(/^ {2}0 sealed parts, 0 trades; \d+ trades are not sealed yet\nVERIFIED\n$/);
  expect(history.code).toBe(0);
  // AU-25: which key placed each order.
  const keys = await exchange.rows("select distinct credential_kind, credential_id from orders_accepted");
  const expected = [seller, buyer].map(({ keyId }) => ({ credential_kind: "api_key", credential_id: keyId }));
  expect(keys).toHaveLength(2);
  expect(keys).toEqual(expect.arrayContaining(expected));

  const auditor = await ask("/v1/audit/verify?limit=25");
  expect(auditor.body).toMatchObject({ ok: true, next: expect.stringMatching(/^\d+\.\d+/) });
  const next = await ask(`/v1/audit/verify?limit=5000&next=${auditor.body.next}`);
  expect(next.body).toMatchObject({ ok: true, next: null });
  expect((await exchange.call(buyer, "GET", "/v1/audit/verify")).status).toBe(403);

  const rows = await exchange.rows(
    "select shard, seq, event_id from audit_events where action = 'order.filled' order by shard, seq offset 5 limit 1",
  );
  const { shard, seq, event_id: id } = rows[0] as { shard: number; seq: string; event_id: string };
  const tables = await exchange.rows("select relid::regclass::text as name from pg_partition_tree('audit_events')");
  for (const { name } of tables) await owner.query(`alter table ${String(name)} disable trigger user`);
  expect(await flip(owner, shard, Number(seq), "body", 40)).toBe(true);
  const line = new RegExp(`^DIFFERS shard ${shard}, event ${seq} \\(${id}\\): altered: its body says `, "m");
  expect(await verify()).toMatchObject({ code: 1, said: expect.stringMatching(line) });
  const first = (await ask("/v1/audit/verify?limit=5000")).body.shards.find((it: { ok: boolean }) => !it.ok);
  expect(first).toMatchObject({ shard, first_difference: { seq: Number(seq), event_id: id, kind: "altered" } });

  await exchange.database.stop();
  const away = await verify();
  expect(away.code).toBe(2);
  expect(away.said).toMatch(/^Cannot connect to the database of the audit trail: .+\.\n$/);
  await exchange.database.start();
  const nobody = await verify({ APCA_API_KEY_ID: buyer.keyId, APCA_API_SECRET_KEY: buyer.secret });
  expect(nobody).toEqual({ code: 2, said: expect.stringMatching(/^The exchange at .+ an administrator's\.\n$/) });
  const gone = await verify({ URL: "http://127.0.0.1:1" });
  expect(gone).toEqual({ code: 2, said: "The exchange at http://127.0.0.1:1 does not answer.\n" });
  await vi.waitFor(async () => expect((await ask("/v1/audit/verify")).status).toBe(200), WAIT);
});
