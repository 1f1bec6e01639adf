/** Clients that offer credit, at a relay inside workerd. */
import { evictDurableObject } from "cloudflare:test";
import { expect, it, vi } from "vitest";
import { encodeTrade } from "../../protocol/mapping/tradesAndQuotes.ts";
import { at, freshRelay, publish, push } from "./fakes.ts";
import { open, RIGHT, subscribed, type Subscriber, WAIT_OPTIONS } from "./subscriber.ts";

const isData = (frame: unknown): boolean =>
  Array.isArray(frame) && ["t", "q"].includes((frame as { T: string }[])[0]?.T ?? "");
const dataOf = ({ frames }: Subscriber): { T: string; seq: number }[][] =>
  frames.filter((frame) => isData(frame)) as unknown as { T: string; seq: number }[][];
/** The newest mark that a client was sent. */
const markOf = ({ frames }: Subscriber): string =>
  String(frames.flat().findLast((element) => element["T"] === "credit")?.["mark"]);
const seqsOf = (frame: { T: string; seq: number }[] | undefined): string[] =>
  (frame ?? []).map(({ T, seq }) => `${T}${seq}`);

/** An authenticated client that has subscribed with credit. */
async function withCredit(relay: ReturnType<typeof freshRelay>, symbol: string, credit: number): Promise<Subscriber> {
  const subscriber = await open(relay, "/v2/iex");
  subscriber.say(RIGHT);
  subscriber.say({ action: "subscribe", trades: [symbol], quotes: [symbol], credit });
  await subscriber.sees([expect.objectContaining({ T: "credit", frames: credit })]);
  return subscriber;
}

it("MD-46: gets as many frames as it has granted, and after its next grant all trades and the newest quote in one", async () => {
  const relay = freshRelay();
  const [subscriber, other] = [await withCredit(relay, "WMT", 2), await subscribed(relay, { quotes: ["WMT"] })];
  for (let bid = 10_000; bid <= 50_000; bid += 10_000) {
    await push(relay, "WMT", bid);
    // The other client has no credit to use up: what it has got, the relay has passed on.
    await vi.waitFor(() => expect(dataOf(other)).toHaveLength(bid / 10_000), WAIT_OPTIONS);
  }
  expect(dataOf(subscriber).map((frame) => seqsOf(frame))).toEqual([
    ["t1", "q1"],
    ["t2", "q2"],
  ]);
  subscriber.say({ action: "credit", frames: 1, mark: "1.forged" });
  await subscriber.sees([expect.objectContaining({ T: "error", code: 413 })]);
  expect(dataOf(subscriber)).toHaveLength(2);
  subscriber.say({ action: "credit", frames: 1, mark: markOf(subscriber) });
  await vi.waitFor(() => expect(dataOf(subscriber)).toHaveLength(3), WAIT_OPTIONS);
  expect(seqsOf(dataOf(subscriber)[2])).toEqual(["t3", "t4", "t5", "q5"]);
  subscriber.say({ action: "unsubscribe", trades: [], quotes: [] });
  expect(subscriber.closed()).toBeNull();
});

it("MD-46: its credit outlives hibernation", async () => {
  const relay = freshRelay();
  const subscriber = await withCredit(relay, "DIS", 1);
  await evictDurableObject(relay);
  await push(relay, "DIS", 10_000);
  await vi.waitFor(() => expect(dataOf(subscriber)).toHaveLength(1), WAIT_OPTIONS);
  await push(relay, "DIS", 20_000);
  const mark = markOf(subscriber);
  subscriber.say({ action: "credit", frames: 1, mark });
  await vi.waitFor(() => expect(dataOf(subscriber)).toHaveLength(2), WAIT_OPTIONS);
  expect(seqsOf(dataOf(subscriber)[1])).toEqual(["t2", "q2"]);
});

it("MD-47: is closed when too much waits for it, with the cursor from which another socket gets exactly the rest", async () => {
  const relay = freshRelay();
  const subscriber = await withCredit(relay, "COST", 1);
  await push(relay, "COST", 10_000);
  await vi.waitFor(() => expect(dataOf(subscriber)).toHaveLength(1), WAIT_OPTIONS);
  const price = 1_000_000;
  const each = encodeTrade({ symbol: "COST", tradeId: 7, price, qty: price, at, sequence: 2 }).length;
  const tradeCount = Math.ceil((600 * 1024) / each);
  const trades = new Uint8Array(
    await new Blob(
      Array.from({ length: tradeCount }, (_, nth) =>
        Uint8Array.from(encodeTrade({ symbol: "COST", tradeId: nth, price, qty: price, at, sequence: 2 })),
      ),
    ).arrayBuffer(),
  );
  await relay.pushMarket(await publish("COST", 20_000, { trades, tradeCount }));
  await vi.waitFor(() => expect(subscriber.closed()).toEqual({ code: 4407, reason: "slow client" }), WAIT_OPTIONS);
  const cursors = { COST: 1 };
  expect(subscriber.frames.at(-1)).toEqual([{ T: "error", code: 407, msg: "slow client", cursors }]);
  const again = await subscribed(relay, { trades: ["COST"], cursors });
  await vi.waitFor(() => expect(dataOf(again)[0]).toHaveLength(tradeCount), WAIT_OPTIONS);
});

it("MD-46: may be offered by the query of a book's stream, and by a message alone", async () => {
  const relay = freshRelay();
  const book = await open(relay, "/v1/books/QQQ/stream?credit=3");
  book.say(RIGHT);
  await book.sees([expect.objectContaining({ T: "credit", frames: 3 })]);
  const early = await open(relay, "/v2/iex");
  early.say({ action: "credit", frames: 3 });
  await early.sees([{ T: "error", code: 401, msg: "not authenticated" }]);
  early.say(RIGHT);
  early.say({ action: "credit", frames: 7 });
  await early.sees([expect.objectContaining({ T: "credit", frames: 7 })]);
  for (const frames of [0, -1, 1.5, 1_001, "5"]) early.say({ action: "credit", frames });
  await vi.waitFor(() => expect(early.frames.flat().filter(({ code }) => code === 400)).toHaveLength(5), WAIT_OPTIONS);
});
