import { describe, expect, test } from "vitest";
import { TransferPairs } from "./transferPairs.ts";

const LOTS = [
  [4, "2", "30", 1_700_000_000_000],
  [9, "0.5", "7.1234", 1_710_000_000_000],
];
const SENT = { action: "transfer.requested", body: { withdrawal_id: "t", symbol: "AAPL", amount: "2.5", lots: LOTS } };
const renumbered = LOTS.map((row, nth) => [nth + 1, ...row.slice(1)]);
const RECEIVED = {
  action: "transfer.received",
  body: { reference: "own/t", asset: "AAPL", amount: "2.5", lots: renumbered },
};
const ended = (how: string) => ({ action: `transfer.${how}`, body: { withdrawal_id: "t" } });
type Event = Parameters<TransferPairs["add"]>[1];

/** What the last of the events contradicts. */
function contradiction(...events: readonly Event[]): string | null {
  const pairs = new TransferPairs();
  return events.map((event, nth) => pairs.add(placeOf(nth), event)).find((found) => found !== null) ?? null;
}

const placeOf = (nth: number) => ({ shard: 3, seq: nth + 1, eventId: `e${nth + 1}` });

/** The transfers of which the events lack a side. */
function oneSided(...events: readonly Event[]): unknown[] {
  const pairs = new TransferPairs();
  for (const [nth, event] of events.entries()) pairs.add(placeOf(nth), event);
  return pairs.oneSided();
}

const received = (change: object): Event => ({ ...RECEIVED, body: { ...RECEIVED.body, ...change } });

describe("PF-13: both sides of a transfer between own accounts", () => {
  test("agree in any sequence of their shards, and when the shares were put back", () => {
    expect(contradiction(SENT, RECEIVED, ended("settled"))).toBeNull();
    expect(contradiction(RECEIVED, SENT, ended("settled"))).toBeNull();
    expect(contradiction(SENT, ended("settled"), RECEIVED)).toBeNull();
    expect(contradiction(SENT, ended("rejected"))).toBeNull();
    const cash = { action: "transfer.requested", body: { withdrawal_id: "t", amount: "5" } };
    expect(contradiction(cash, received({ asset: "USD", amount: "5", lots: undefined }))).toBeNull();
  });

  test.each<[string, object]>([
    ["another asset", { asset: "MSFT" }],
    ["another amount", { amount: "2.6" }],
    ["another date", { lots: [renumbered[0], [2, "0.5", "7.1234", 1_710_000_000_001]] }],
    ["another cost", { lots: [renumbered[0], [2, "0.5", "7.1235", 1_710_000_000_000]] }],
    ["a lot less", { lots: [renumbered[0]] }],
  ])("contradict each other with %s", (_, change) => {
    expect(contradiction(SENT, received(change))).toMatch(/transfer t was sent as/);
    expect(contradiction(received(change), SENT)).toMatch(/transfer t was sent as/);
  });

  test("contradict each other when the shares are in both accounts", () => {
    expect(contradiction(SENT, RECEIVED, ended("rejected"))).toMatch(/put back/);
    expect(contradiction(SENT, ended("rejected"), RECEIVED)).toMatch(/put back/);
  });

  test("lack a side when one account has it and the other one has not", () => {
    const lost = "transfer t was settled, and no account has received it";
    expect(oneSided(SENT, ended("settled"))).toEqual([{ shard: 3, seq: 2, eventId: "e2", detail: lost }]);
    const made = "transfer t was received, and no account has sent it";
    expect(oneSided(RECEIVED)).toEqual([{ shard: 3, seq: 1, eventId: "e1", detail: made }]);
    expect(oneSided(RECEIVED, ended("settled"))).toMatchObject([{ detail: made }]);
    // Whole, in flight, and put back.
    for (const events of [
      [SENT, RECEIVED, ended("settled")],
      [SENT, ended("settled"), RECEIVED],
      [SENT],
      [SENT, RECEIVED],
      [SENT, ended("rejected")],
    ]) {
      expect(oneSided(...events)).toEqual([]);
    }
  });

  test("other deposits and withdrawals have one side", () => {
    expect(contradiction({ action: "withdrawal.requested", body: { withdrawal_id: "t", amount: "1" } })).toBeNull();
    expect(contradiction(SENT, { action: "deposit", body: { reference: "own/t", amount: "9" } })).toBeNull();
  });
});
