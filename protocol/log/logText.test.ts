import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { newKeyId, newSecret } from "../ids/loginRoute.ts";
import { LOG_EVENTS, type LogEvent, type LogEventName } from "./events.ts";
import { logEvent } from "./logEvent.ts";
import { logText, struck } from "./logText.ts";

const EVENTS = Object.keys(LOG_EVENTS) as LogEventName[];
const fieldsOf = (event: LogEventName): LogEvent["fields"] => LOG_EVENTS[event].fields;
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
  const fields = [...new Set(EVENTS.flatMap((event) => Object.keys(fieldsOf(event))))];
  const field = fc.oneof(fc.constantFrom(...fields), fc.string());
  fc.assert(
    fc.property(fc.constantFrom(...EVENTS), field, secret, around, fc.nat(2), (event, name, hidden, wrap, depth) => {
      const text = wrap(hidden);
      const value = [text, new Error(text), { facts: text, password: text, ours: { hash: text } }][depth];
      const line = logText("x", event, { [name]: value, facts: { error: text, [name]: [text] } });
      expect(shows(line, JSON.stringify(hidden).slice(1, -1)), line).toBe(false);
    }),
    { numRuns: 3_000 },
  );
});

it("PV-11: a field that is not listed for its event is dropped and counted, and logging never throws", () => {
  const line = (event: LogEventName, facts: unknown): unknown => JSON.parse(logText("s", event, facts));
  expect(line("push.dropped", { relay: "relay-1", items: 3, body: "x", more: 1 })).toEqual({
    source: "s",
    level: "warn",
    area: "actor",
    event: "push.dropped",
    relay: "relay-1",
    items: 3,
    dropped: 2,
  });
  const facts = { peer: "book/F", token: "x", ours: { sent: 1, name: "y" } };
  expect(line("alert.raised", { id: 1, facts })).toMatchObject({
    event: "alert.raised",
    id: 1,
    facts: { peer: "book/F", ours: { sent: 1 } },
    dropped: 2,
  });
  const bad = {
    get error(): string {
      throw new Error("no");
    },
  };
  expect(line("reconcile.failed", bad)).toMatchObject({ event: "reconcile.failed", dropped: 1 });
  fc.assert(
    fc.property(fc.constantFrom(...EVENTS), fc.anything(), (event, anything) => {
      expect(() => logText("s", event, anything)).not.toThrow();
    }),
  );
});

it("PV-11: ids, names, paths and source positions stay readable", () => {
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

it("PV-12: nothing but logEvent writes to the console, in every worker and object", () => {
  const sources = ["domain", "protocol", "durable-objects", "workers"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => ({ name: join(folder, name), text: readFileSync(join(folder, name), "utf8") })),
  );
  const consoles = sources.filter(({ text }) => /\bconsole[.[]/.test(text)).map(({ name }) => name);
  expect(consoles).toEqual(["protocol/log/logEvent.ts"]);
});

it("PV-12: an event or a field that is not listed does not compile, and every listed event is logged somewhere", () => {
  // @ts-expect-error -- no such event
  const event: Parameters<typeof logEvent>[1] = "nothing.known";
  // @ts-expect-error -- no such field
  const call = (): void => logEvent("s", "push.dropped", { password: "x" });
  expect([typeof event, typeof call]).toEqual(["string", "function"]);
  const product = ["durable-objects", "workers"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => readFileSync(join(folder, name), "utf8")),
  );
  const text = product.join("\n");
  // The two errors of the catalogue are logged by their reason.
  const unused = EVENTS.filter((name) => !["internal", "unavailable"].includes(name) && !text.includes(`"${name}"`));
  expect(unused).toEqual([]);
});

it("PV-17: a line has the level and the area of its event, and leaves by the console's method of that level", () => {
  const { log, warn, error } = console;
  const written: string[] = [];
  const keep = (method: string) => (line: string) => void written.push(`${method} ${line}`);
  Object.assign(console, { log: keep("log"), warn: keep("warn"), error: keep("error") });
  try {
    logEvent("s", "request", { status: 200 });
    logEvent("s", "audit.database_away", { failures: 1 });
    logEvent("s", "actor.commit_failed", { error: "x" });
  } finally {
    Object.assign(console, { log, warn, error });
  }
  expect(written).toEqual([
    'log {"source":"s","level":"info","area":"http","event":"request","status":200}',
    'warn {"source":"s","level":"warn","area":"audit","event":"audit.database_away","failures":1}',
    'error {"source":"s","level":"error","area":"actor","event":"actor.commit_failed","error":"x"}',
  ]);
  for (const name of EVENTS) {
    for (const own of ["source", "level", "area", "event", "dropped"])
      expect(fieldsOf(name), name).not.toHaveProperty(own);
  }
});

it("PV-17: docs/logs.md lists every event with its level, area and fields", () => {
  const rows = Array.from(
    readFileSync("docs/logs.md", "utf8").matchAll(/^\| `([\w.]+)` \| (\w+) \| (\w+) \| (.*?) \|/gm),
    ([, name, level, area, fields]) => `${name} ${level} ${area} ${fields}`,
  );
  const listed = EVENTS.map((name) => {
    const { level, area } = LOG_EVENTS[name];
    return `${name} ${level} ${area} ${Object.keys(fieldsOf(name)).join(", ")}`;
  });
  expect(rows).toEqual(listed);
});
