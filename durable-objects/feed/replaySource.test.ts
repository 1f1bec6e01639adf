import { expect, test } from "vitest";
import type { FeedItem } from "../../domain/market/feeds/feed.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { ReplaySource } from "./replaySource.ts";
import { settled, TestClock } from "./testing.ts";

const HEADER = '{"format":"edge-feed/1","day":"2026-11-30","source":"test"}';
const BEGIN = Date.parse("2026-11-30T14:30:00Z");
const quote = (bp: number, second: number, symbol = "AAPL") =>
  JSON.stringify({ T: "q", S: symbol, bp, bs: 1, ap: 0, as: 0, t: new Date(BEGIN + second * 1_000).toISOString() });
const DAY = [HEADER, quote(1, 0), quote(2, 10), quote(9, 10, "MSFT"), '{"T":"b"}', "", quote(3, 20)];

function replay(lines: readonly string[], begunAt?: number) {
  const clock = new TestClock();
  const begun = begunAt ?? clock.now;
  const items: FeedItem[] = [];
  const states: string[] = [];
  const source: ReplaySource = new ReplaySource({
    lines: async function* () {
      yield* lines;
    },
    speed: 10,
    begunAt: () => begun,
    sink: {
      items: (more) => items.push(...more),
      stateChanged: () => states.push(source.state()),
      tick: () => undefined,
    },
    now: () => clock.now,
    wait: (ms) => new Promise((done) => clock.after(ms, done)),
    after: (ms, run) => clock.after(ms, run),
    armBy: () => undefined,
    log: () => undefined,
  });
  const shown = () => items.map((item) => (item.kind === "quote" ? [item.bid?.price, item.at - begun] : []));
  return { source, clock, states, shown };
}

const AAPL = new Map([["AAPL", requireInstrument("AAPL")]]);

test("MD-115: a recorded day is played at its speed, with the times of the play, and is stale after its end", async () => {
  const { source, clock, states, shown } = replay(DAY);
  expect(source.state()).toBe("down");
  source.want(AAPL);
  await settled();
  await clock.advance(999);
  expect([shown(), source.state()]).toEqual([[[10_000, 0]], "live"]);
  await clock.advance(1);
  await clock.advance(1_000);
  expect(shown()).toEqual([
    [10_000, 0],
    [20_000, 1_000],
    [30_000, 2_000],
  ]);
  expect(states).toEqual(["live", "stale"]);
});

test("MD-115: after a restart the day is where it would be; without symbols it is not read on", async () => {
  const { source, clock, shown } = replay(DAY, new TestClock().now - 1_500);
  source.want(AAPL);
  await settled();
  // What was due meanwhile comes at once, with its time.
  expect(shown()).toEqual([
    [10_000, 0],
    [20_000, 1_000],
  ]);
  await clock.advance(500);
  expect(shown()).toEqual([
    [10_000, 0],
    [20_000, 1_000],
    [30_000, 2_000],
  ]);
  const left = replay(DAY);
  left.source.want(AAPL);
  await settled();
  left.source.want(new Map());
  await left.clock.advance(5_000);
  expect([left.shown().length, left.source.state()]).toEqual([1, "down"]);
});

test("MD-115: what is no recorded day is down", async () => {
  const { source, states } = replay(["{}"]);
  source.want(AAPL);
  await settled();
  expect([source.state(), states]).toEqual(["down", ["live", "down"]]);
});
