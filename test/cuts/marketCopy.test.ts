/** What a copy of `npm run drill:cuts` finds: faults are planted into the frames of a busy book. */
import { describe, expect, test } from "vitest";
import { WINDOW_MS } from "../../workers/quotes/relay/limits.ts";
import { newFeed } from "../../durable-objects/orderbook/testing.ts";
import { decodeSegment } from "../../protocol/stream/segment.ts";
import { seededRandom } from "../rig/random.ts";
import { Agreement, bookDigest, Disagreement, MarketCopy } from "./marketCopy.ts";

type Frame = Parameters<MarketCopy["take"]>[0];

/** The frames of a client from the beginning on, and what the book has in the end. */
function busyBook() {
  const { commit, cancel, wait, published, audience, feed } = newFeed();
  for (const part of ["depth", "orders"] as const) audience.depth.add(part);
  const random = seededRandom(11);
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  let placed = 0;
  for (let round = 0; round < 120; round++) {
    if (round % 4 === 3) cancel(`o${between(1, placed)}`);
    else {
      commit(`${random() < 0.5 ? "buy" : "sell"} ${between(97, 103) * 10_000} ${between(1, 6)}`);
      placed++;
    }
    wait(WINDOW_MS);
  }
  const frames = published.map(
    ({ segment: { trades, quote, depth, orders } }) =>
      [trades, quote, depth?.bytes, orders?.bytes].flatMap((bytes) => (bytes ? decodeSegment(bytes) : [])) as Frame,
  );
  return { frames, depth: feed.snapshot(["depth", "orders"]) };
}

const copyOf = (frames: readonly Frame[], agreement = new Agreement()) => {
  const copy = new MarketCopy(["AAPL"], agreement);
  for (const frame of frames) copy.take(frame);
  return copy;
};
const ofKind = (T: string) => (frame: Frame) => frame.some((element) => element.T === T && element.r !== true);

/** What a copy says of a lost or repeated element. */
const WRONG = /^a gap: |^trade \d+ of AAPL|^\d+ after \d+$/;

describe("MD-6, MD-100: a copy", () => {
  const { frames, depth } = busyBook();

  test("of everything has every trade and the book, and equals another one at each sequence", () => {
    const agreement = new Agreement();
    const [one, two] = [copyOf(frames, agreement), copyOf(frames, agreement)];
    const own = one.symbols.get("AAPL");
    expect(own?.trades.length).toBeGreaterThan(10);
    expect(one.verified).toBeGreaterThan(100);
    expect(agreement.compared).toBe(two.verified);
    expect(own?.cursor).toBe(depth.through);
    const [whole] = decodeSegment(depth.depth?.bytes ?? new Uint8Array()) as { b: []; a: [] }[];
    const rows = (side: "b" | "a") => own?.depth.rows(side) ?? [];
    expect(bookDigest(rows("b"), rows("a"))).toBe(bookDigest(whole?.b ?? [], whole?.a ?? []));
  });

  test.each(["t", "depth", "orders"])("finds a lost and a repeated element of %s", (T) => {
    const at = frames.findIndex(ofKind(T));
    const without = frames.map((frame, nth) => (nth === at ? frame.filter((element) => element.T !== T) : frame));
    expect(() => copyOf(without)).toThrow(WRONG);
    const twice = frames.flatMap((frame, nth) =>
      nth === at ? [frame, frame.filter(({ T: kind }) => kind === T)] : [frame],
    );
    expect(() => copyOf(twice)).toThrow(WRONG);
  });

  test("finds a change below the ten levels that the checksum covers, by the copies of others", () => {
    const agreement = new Agreement();
    agreement.report(
      "depth",
      "AAPL",
      7,
      bookDigest(
        [
          { p: 100, s: 1 },
          { p: 1, s: 1 },
        ],
        [],
      ),
    );
    expect(() => agreement.report("depth", "AAPL", 7, bookDigest([{ p: 100, s: 1 }], []))).toThrow(Disagreement);
    expect(() => agreement.report("depth", "AAPL", 8, bookDigest([{ p: 100, s: 1 }], []))).not.toThrow();
  });

  test("refuses errors of the exchange, except that it failed", () => {
    const error = (code: number) => [{ T: "error", code, msg: "" }] as unknown as Frame;
    expect(() => copyOf([error(429)])).toThrow("refused: 429");
    expect(() => copyOf([error(500)])).not.toThrow();
  });
});
