import { pack } from "msgpackr";
import { expect, test } from "vitest";
import type { FeedItem } from "../../domain/market/feeds/feed.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { LogCall } from "../../protocol/log/events.ts";
import { settled, TestClock } from "./testing.ts";
import { type SocketEvents, UpstreamConnection } from "./upstreamConnection.ts";

const CREDENTIALS = { key: "KEY", secret: "hidden" };
const wanted = (...symbols: string[]) => new Map(symbols.map((symbol) => [symbol, requireInstrument(symbol)]));
const quote = (bp: number, at: number) => {
  return { T: "q", S: "AAPL", bp, bs: 1, ap: bp + 0.01, as: 1, t: new Date(at).toISOString() };
};

/** A connection to an upstream that answers as the test says. */
function upstream() {
  const clock = new TestClock();
  const begun = clock.now;
  const dialled: { events: SocketEvents; sent: string[]; closed: boolean }[] = [];
  const items: FeedItem[] = [];
  const logged: LogCall[] = [];
  const alarms: number[] = [];
  const set = { accepts: true, answers: true, latest: [] as FeedItem[], latestFails: false };
  const states: string[] = [];
  const connection = new UpstreamConnection({
    credentials: CREDENTIALS,
    dial: async (events) => {
      const line = { events, sent: [] as string[], closed: false };
      dialled.push(line);
      if (!set.accepts) throw new Error("refused");
      if (set.answers) queueMicrotask(() => events.message(JSON.stringify([{ T: "success", msg: "connected" }])));
      return {
        send: (text) => {
          line.sent.push(text);
          if (set.answers) queueMicrotask(() => answer(events, text));
        },
        close: () => {
          line.closed = true;
        },
      };
    },
    latest: async (instruments: readonly Instrument[]) => {
      if (set.latestFails) throw new Error("away");
      return set.latest.filter(({ symbol }) => instruments.some((each) => each.symbol === symbol));
    },
    sink: {
      items: (more) => items.push(...more),
      stateChanged: () => states.push(connection.state(clock.now)),
      tick: () => undefined,
    },
    now: () => clock.now,
    random: () => 0.5,
    after: (ms, run) => clock.after(ms, run),
    armBy: (at) => alarms.push(at),
    log: (...call) => logged.push(call),
  });
  function answer(events: SocketEvents, text: string): void {
    const { action, quotes } = JSON.parse(text) as { action: string; quotes?: string[] };
    const reply = action === "auth" ? { T: "success", msg: "authenticated" } : { T: "subscription", quotes };
    // Half of the frames are MessagePack.
    events.message(action === "auth" ? JSON.stringify([reply]) : Uint8Array.from(pack([reply])).buffer);
  }
  /** Waits for the next alarm, and lets it ring. */
  const ring = async (): Promise<void> => {
    const next = Math.min(...alarms.splice(0).filter((at) => at > clock.now));
    await clock.advance(next - clock.now);
    connection.onAlarm();
    await settled();
  };
  const takeStates = () => states.splice(0);
  const names = () => logged.map(([event]) => event);
  return { connection, clock, begun, dialled, items, logged, names, set, alarms, ring, takeStates };
}

test("MD-110: authenticates, subscribes, reads the newest by REST and is live", async () => {
  const { connection, dialled, items, set, begun, takeStates, clock } = upstream();
  const AAPL = requireInstrument("AAPL");
  set.latest = [{ kind: "quote", symbol: "AAPL", bid: null, ask: { price: 1, qty: 1 }, at: 1, sequence: null }];
  connection.want(new Map([["AAPL", AAPL]]));
  expect(connection.state(begun)).toBe("down");
  await connection.ready("AAPL");
  expect(dialled[0]?.sent.map((text) => JSON.parse(text) as unknown)).toEqual([
    { action: "auth", ...CREDENTIALS },
    { action: "subscribe", quotes: ["AAPL"], trades: ["AAPL"], statuses: ["AAPL"] },
  ]);
  expect(items).toEqual(set.latest);
  expect([connection.state(clock.now), takeStates()]).toEqual(["live", ["live"]]);
  dialled[0]?.events.message(
    JSON.stringify([quote(268, begun), { T: "q", S: "AAPL", bp: "x" }, { T: "b", S: "AAPL" }]),
  );
  expect(items.at(-1)).toMatchObject({ symbol: "AAPL", bid: { price: 2_680_000 } });
  expect(connection.view()).toMatchObject({ connected: 1, failed: 0, refused: 1, heardAt: clock.now });
});

test("MD-110: other symbols are asked for and left on the same connection; without any it is closed", async () => {
  const { connection, dialled, names } = upstream();
  connection.want(wanted("AAPL"));
  await settled();
  connection.want(wanted("AAPL", "MSFT"));
  connection.want(wanted("MSFT"));
  await settled();
  const sent = dialled[0]?.sent.slice(2).map((text) => JSON.parse(text) as { action: string; quotes: string[] });
  expect(sent?.map(({ action, quotes }) => [action, ...quotes])).toEqual([
    ["subscribe", "MSFT"],
    ["unsubscribe", "AAPL"],
  ]);
  connection.want(new Map());
  expect([dialled.length, dialled[0]?.closed, names().at(-1)]).toEqual([1, true, "feed.closed"]);
  // It has not failed: the next request connects at once.
  connection.want(wanted("AAPL"));
  await connection.ready("AAPL");
  expect(dialled).toHaveLength(2);
});

test("MD-110: a silent upstream is asked for a sign of life, is stale after ten seconds and closed after thirty", async () => {
  const { connection, clock, dialled, set, takeStates } = upstream();
  connection.want(wanted("AAPL"));
  await connection.ready("AAPL");
  takeStates();
  // A quiet market: the same subscription is acknowledged again.
  await clock.advance(60_000);
  expect([connection.state(clock.now), takeStates()]).toEqual(["live", []]);
  const probes = dialled[0]?.sent.length ?? 0;
  expect(probes).toBeGreaterThan(10);
  set.answers = false;
  await clock.advance(10_000);
  expect(connection.state(clock.now)).toBe("stale");
  await clock.advance(20_000);
  expect([connection.state(clock.now), dialled[0]?.closed]).toEqual(["down", true]);
});

test("MD-110: the state is published when it becomes stale, and when it is live again", async () => {
  const { connection, clock, dialled, set, takeStates } = upstream();
  connection.want(wanted("AAPL"));
  await connection.ready("AAPL");
  takeStates();
  set.answers = false;
  await clock.advance(11_000);
  expect(takeStates()).toEqual(["stale"]);
  dialled[0]?.events.message(JSON.stringify([quote(268, clock.now)]));
  expect(takeStates()).toEqual(["live"]);
});

test("MD-111: waits double, five failures open the breaker for a minute, two successes close it", async () => {
  const { connection, clock, dialled, set, ring, names, begun } = upstream();
  set.accepts = false;
  connection.want(wanted("AAPL"));
  await connection.ready("AAPL");
  const times = [];
  for (let nth = 0; nth < 5; nth++) {
    times.push(clock.now - begun);
    await ring();
  }
  expect(times).toEqual([0, 500, 1_500, 3_500, 7_500]);
  // The sixth try comes a minute after the fifth, and opens the breaker again.
  expect(names().filter((name) => name === "feed.breaker_open")).toHaveLength(2);
  expect([dialled.length, clock.now - begun]).toEqual([6, 67_500]);
  expect(connection.view().breaker).toMatchObject({ phase: "open" });
  connection.want(wanted("AAPL", "MSFT"));
  await settled();
  expect(dialled).toHaveLength(6);
  set.accepts = true;
  await ring();
  await connection.ready("MSFT");
  expect([clock.now - begun, connection.state(clock.now)]).toEqual([127_500, "live"]);
  expect([connection.view().breaker, names().at(-1)]).toEqual([
    { phase: "closed", failures: 0 },
    "feed.breaker_closed",
  ]);
});

test("MD-111: without REST the second success is that the connection lives on", async () => {
  const { connection, clock, set, ring, dialled } = upstream();
  set.accepts = false;
  connection.want(wanted("AAPL"));
  await settled();
  for (let nth = 0; nth < 5; nth++) await ring();
  Object.assign(set, { accepts: true, latestFails: true });
  await ring();
  await connection.ready("AAPL");
  expect(connection.view().breaker).toEqual({ phase: "half_open", successes: 1 });
  dialled.at(-1)?.events.message(JSON.stringify([quote(268, clock.now)]));
  await clock.advance(1_000);
  dialled.at(-1)?.events.message(JSON.stringify([quote(269, clock.now)]));
  await clock.advance(1_000);
  expect(connection.view().breaker).toEqual({ phase: "closed", failures: 0 });
});

test("MD-111: an upstream that accepts and says nothing has failed after thirty seconds", async () => {
  const { connection, clock, dialled, set } = upstream();
  set.answers = false;
  connection.want(wanted("AAPL"));
  const ready = connection.ready("AAPL");
  await clock.advance(29_999);
  expect(dialled[0]?.closed).toBe(false);
  await clock.advance(1);
  await ready;
  expect([dialled[0]?.closed, connection.view().failed]).toEqual([true, 1]);
});

test("MD-111: a connection that is refused or cut is down at once, and no log line has the secret", async () => {
  const { connection, dialled, clock, logged, takeStates } = upstream();
  connection.want(wanted("AAPL"));
  await connection.ready("AAPL");
  takeStates();
  dialled[0]?.events.closed();
  // What comes late from a lost socket counts for nothing.
  dialled[0]?.events.message(JSON.stringify([quote(1, clock.now)]));
  expect([connection.state(clock.now), takeStates()]).toEqual(["down", ["down"]]);
  connection.onAlarm();
  await settled();
  const refused = upstream();
  refused.set.answers = false;
  refused.connection.want(wanted("AAPL"));
  await settled();
  refused.dialled[0]?.events.message(JSON.stringify([{ T: "error", code: 402, msg: "auth failed" }]));
  expect(refused.logged.map(([event, facts]) => [event, (facts as { code?: number }).code])).toContainEqual([
    "feed.refused",
    402,
  ]);
  expect(refused.connection.view().failed).toBe(1);
  expect(JSON.stringify([logged, refused.logged])).not.toContain("hidden");
});

test("MD-111: an error about symbols or channels does not end the connection; no array is no message", async () => {
  const { connection, dialled, clock } = upstream();
  connection.want(wanted("AAPL"));
  await connection.ready("AAPL");
  for (const code of [405, 410]) dialled[0]?.events.message(JSON.stringify([{ T: "error", code, msg: "x" }]));
  dialled[0]?.events.message("nonsense");
  dialled[0]?.events.message('{"T":"error","code":402}');
  expect([connection.state(clock.now), connection.view().failed]).toEqual(["live", 0]);
});

test("MD-110: while it is connected an alarm is set, which starts the object again after a crash", async () => {
  const { connection, alarms, clock } = upstream();
  connection.want(wanted("AAPL"));
  await connection.ready("AAPL");
  expect(alarms).toEqual([clock.now + 30_000]);
  connection.onAlarm();
  expect(alarms).toHaveLength(2);
});

test.each(["stream", "REST"])(
  "MD-112: an element of the future, by %s, is refused and does not hide those that follow it",
  async (way) => {
    const { connection, dialled, clock, items, set } = upstream();
    const ahead = {
      kind: "quote",
      symbol: "AAPL",
      bid: null,
      ask: null,
      at: clock.now + 3_600_000,
      sequence: null,
    } as const;
    if (way === "REST") set.latest = [ahead];
    connection.want(wanted("AAPL"));
    await connection.ready("AAPL");
    const later = clock.now + 3_600_000;
    const status = { T: "s", S: "AAPL", sc: "H", rc: "T1", t: new Date(later).toISOString() };
    const trade = { T: "t", S: "AAPL", i: 1, p: 9_000_000, s: 1, t: new Date(later).toISOString() };
    if (way === "stream") dialled[0]?.events.message(JSON.stringify([quote(1, later), status, trade]));
    // A clock that is a little ahead is no lie.
    dialled[0]?.events.message(JSON.stringify([quote(268, clock.now + 2_000)]));
    expect(items).toMatchObject([{ kind: "quote", bid: { price: 2_680_000 } }]);
    expect(connection.view().refused).toBe(way === "REST" ? 1 : 3);
  },
);

test("MD-110: what could not be read by REST is read again, because a quiet symbol would keep its old prices", async () => {
  const { connection, clock, items, set, names } = upstream();
  set.latestFails = true;
  connection.want(wanted("AAPL"));
  await connection.ready("AAPL");
  await clock.advance(4_000);
  expect([items, names().filter((name) => name === "feed.latest_failed")]).toEqual([[], ["feed.latest_failed"]]);
  set.latest = [{ kind: "quote", symbol: "AAPL", bid: null, ask: { price: 1, qty: 1 }, at: 1, sequence: null }];
  set.latestFails = false;
  await clock.advance(3_000);
  expect(items).toEqual(set.latest);
  await clock.advance(30_000);
  expect(items).toEqual(set.latest);
});

test("MD-110: the newest of an instrument with other terms is read again, because its old prices are forgotten", async () => {
  const { connection, items, set } = upstream();
  const AAPL = requireInstrument("AAPL");
  set.latest = [{ kind: "quote", symbol: "AAPL", bid: null, ask: { price: 1, qty: 1 }, at: 1, sequence: null }];
  connection.want(new Map([["AAPL", AAPL]]));
  await connection.ready("AAPL");
  connection.want(new Map([["AAPL", { ...AAPL, version: AAPL.version + 1 }]]));
  await connection.ready("AAPL");
  expect(items).toEqual([...set.latest, ...set.latest]);
  connection.want(new Map([["AAPL", { ...AAPL, version: AAPL.version + 1 }]]));
  await connection.ready("AAPL");
  expect(items).toHaveLength(2);
});
