import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { newKeyId, newSecret } from "../ids/loginRoute.ts";
import { LOG_FIELDS, levelOf, logText, struck } from "./fields.ts";

const EVENTS = Object.keys(LOG_FIELDS);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const base64 = (data: Uint8Array) => Buffer.from(data).toString("base64");
const base64url = (data: Uint8Array) => Buffer.from(data).toString("base64url");

/** What must never be read in a log, in the forms that this exchange and its neighbours give it. */
const secret = fc.oneof(
  fc.integer().map(() => newSecret()),
  fc.integer().map(() => newKeyId("ABCDEFGHIJKLMNOPQRST")),
  bytes(32).map(base64),
  bytes(32).map(base64url),
  bytes(20).map((data) => Buffer.from(data).toString("hex")),
  bytes(60).map((data) => `v1.${base64(data)}`),
  fc.tuple(bytes(30), bytes(90), bytes(64)).map((parts) => parts.map(base64url).join(".")),
  fc.emailAddress(),
  fc.ipV4(),
);
const around = fc.constantFrom(
  (it: string) => it,
  (it: string) => `Error: no login of ${it} here\n    at Login.signIn (durable-objects/identity/login.ts:40:11)`,
  (it: string) => `{"email":"${it}"}`,
  (it: string) => `key=${it}&x=1`,
  (it: string) => `Bearer ${it}, again`,
);

/** The longest piece of a secret that may be left: less than could be guessed on from. */
const LEFT_MAX = 15;

function shows(line: string, hidden: string): boolean {
  if (hidden.length <= LEFT_MAX) return line.includes(hidden);
  for (let at = 0; at + LEFT_MAX < hidden.length; at++) {
    const piece = hidden.slice(at, at + LEFT_MAX + 1);
    if (line.includes(piece)) return true;
  }
  return false;
}

it("PV-10: no secret, token, e-mail or address gets into a line, in whatever field, object or error message", () => {
  const fields = [...new Set(EVENTS.flatMap((event) => Object.keys(LOG_FIELDS[event] ?? {})))];
  const field = fc.oneof(fc.constantFrom(...fields), fc.string());
  fc.assert(
    fc.property(fc.constantFrom(...EVENTS), field, secret, around, fc.nat(2), (event, name, hidden, wrap, depth) => {
      const text = wrap(hidden);
      const value = [text, new Error(text), { facts: text, password: text, ours: { hash: text } }][depth];
      const line = logText({ source: "x" }, event, { [name]: value, facts: { error: text, [name]: [text] } });
      expect(shows(line, JSON.stringify(hidden).slice(1, -1)), line).toBe(false);
    }),
    { numRuns: 3_000 },
  );
});

it("PV-11: a field that its event does not have is left out and counted, and nothing that is logged can throw", () => {
  expect(
    JSON.parse(logText({ source: "s" }, "push.dropped", { relay: "relay-1", items: 3, body: "x", more: 1 })),
  ).toEqual({
    ...{ source: "s", event: "push.dropped", relay: "relay-1", items: 3, dropped: 2 },
  });
  expect(
    JSON.parse(logText({}, "alert", { id: 1, facts: { peer: "book/F", token: "x", ours: { sent: 1, name: "y" } } })),
  ).toEqual({
    ...{ event: "alert", id: 1, facts: { peer: "book/F", ours: { sent: 1 } }, dropped: 2 },
  });
  expect(JSON.parse(logText({}, "nothing.known", { error: "x" }))).toEqual({ event: "nothing.known", dropped: 1 });
  const bad = {
    get error(): string {
      throw new Error("no");
    },
  };
  expect(JSON.parse(logText({}, "reconcile.failed", bad))).toEqual({ event: "reconcile.failed", dropped: 1 });
  fc.assert(
    fc.property(fc.string(), fc.anything(), (event, facts) => {
      expect(() => logText({}, event, facts)).not.toThrow();
    }),
  );
});

it("PV-11: what a reader needs stays readable: ids, names, paths, places in the source", () => {
  for (const text of [
    "account/0f6b2c1e-8f4e-4a51-9b1e-3c2f6f1a7a11",
    "/v2/orders:by_client_order_id",
    "Error: actor.commit_failed\n    at Actor.execute (durable-objects/identity/securityLog.ts:120:33)",
    "audit_watermark_differs",
    "10:20:30.123",
    "BTC/USD",
  ]) {
    expect(struck(text, 1_000)).toBe(text);
  }
  expect(struck("x y ".repeat(100), 10)).toBe("x y x y x …");
});

it("PV-12: log lines leave through three functions, and every event that a source names has its fields", () => {
  const sources = ["durable-objects", "workers"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => ({ name: join(folder, name), text: readFileSync(join(folder, name), "utf8") })),
  );
  const consoles = sources.filter(({ text }) => /\bconsole[.[]/.test(text)).map(({ name }) => name);
  const places = ["durable-objects/actor/log.ts", "workers/gateway/log.ts", "workers/quotes/log.ts"];
  expect(consoles.sort()).toEqual(places);
  const named = sources.flatMap(({ text }) => [
    ...Array.from(text.matchAll(/\blog\(\s*"([^"]+)"/g), ([, event]) => event ?? ""),
    ...Array.from(text.matchAll(/\blogEvent\([^,]+,\s*"([^"]+)"/g), ([, event]) => event ?? ""),
    ...Array.from(text.matchAll(/\blogLine\("(?:info|error)", \{\s*event: "([^"]+)"/g), ([, event]) => event ?? ""),
  ]);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((event) => !EVENTS.includes(event))).toEqual([]);
});

it("PV-17: a line has the level that its event has: ordinary, tried again, or grave", () => {
  const levels = (...events: string[]) => events.map((event) => levelOf(event, {}));
  expect(levels("request", "admin.act", "audit.database_back")).toEqual(["log", "log", "log"]);
  expect(levels("audit.database_away", "outbox.undelivered", "email_failed", "background_task_failed notes")).toEqual(
    Array.from({ length: 4 }, () => "warn"),
  );
  expect(levels("internal", "actor.commit_failed", "audit.database_refuses")).toEqual(["error", "error", "error"]);
  expect([levelOf("alert", { open: true }), levelOf("alert", { open: false })]).toEqual(["error", "log"]);
});
