import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type Dated,
  type EdgeStore,
  FRESH_MS,
  type ReadCounts,
  type RequestScope,
  SharedReads,
} from "./sharedReads.ts";

/** A data center: its cache, and what its isolates have read of the objects. */
class Place {
  readonly reads: string[] = [];
  readonly stored = new Map<string, Dated<string>>();
  readonly counts: ReadCounts = { asked: 0, edge: 0, object: 0, book: 0 };
  fails = false;
  hold: Promise<void> = Promise.resolve();
  readonly edge: EdgeStore<string> = {
    get: (symbol) => Promise.resolve(this.stored.get(symbol) ?? null),
    put: (symbol, read) => Promise.resolve(void this.stored.set(symbol, read)),
  };

  isolate(): SharedReads<string> {
    const read = async (symbol: string): Promise<string> => {
      this.reads.push(symbol);
      await this.hold;
      if (this.fails) throw new Error("away");
      return `${symbol} ${this.reads.length}`;
    };
    return new SharedReads({ read, edge: this.edge, now: () => Date.now() });
  }

  scope(asksEdge = true): RequestScope {
    return { counts: this.counts, asksEdge, waitUntil: () => undefined };
  }
}

let place: Place;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  place = new Place();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("MD-42: reads that requests share", () => {
  test("are one for all requests that arrive while it is in flight, and within a second after it began", async () => {
    const isolate = place.isolate();
    const several = await Promise.all(Array.from({ length: 50 }, () => isolate.get("AAPL", place.scope())));
    expect(new Set(several)).toEqual(new Set(["AAPL 1"]));
    vi.setSystemTime(Date.now() + FRESH_MS - 1);
    expect(await isolate.get("AAPL", place.scope())).toBe("AAPL 1");
    expect(place.counts).toEqual({ asked: 51, edge: 0, object: 1, book: 0 });
    vi.setSystemTime(Date.now() + 1);
    expect(await isolate.get("AAPL", place.scope())).toBe("AAPL 2");
  });

  test("serve another isolate of the place, which does not take what is older than a second", async () => {
    await place.isolate().get("AAPL", place.scope());
    expect(await place.isolate().get("AAPL", place.scope())).toBe("AAPL 1");
    expect(place.counts).toMatchObject({ edge: 1, object: 1 });
    vi.setSystemTime(Date.now() + FRESH_MS);
    expect(await place.isolate().get("AAPL", place.scope())).toBe("AAPL 2");
    expect(await place.isolate().get("AAPL", place.scope(false))).toBe("AAPL 3");
  });

  test("a read that fails is told to all who wait, and the next request reads again", async () => {
    const isolate = place.isolate();
    place.fails = true;
    const refused = await Promise.allSettled([1, 2].map(() => isolate.get("AAPL", place.scope())));
    expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    place.fails = false;
    expect(await isolate.get("AAPL", place.scope())).toBe("AAPL 2");
  });

  test("a request does not wait for ever for the read of another one, which may have been cancelled", async () => {
    const isolate = place.isolate();
    place.hold = new Promise(() => undefined);
    void isolate.get("AAPL", place.scope());
    const second = isolate.get("AAPL", place.scope());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(place.reads).toHaveLength(1);
    place.hold = Promise.resolve();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await second).toBe("AAPL 2");
  });

  test("a thousand requests a second about 20 of 500 symbols, by two isolates, read fewer than 1 in 20 of them", async () => {
    const [first, second] = [place.isolate(), place.isolate()];
    // Popular symbols are asked for oftener: the rank of a symbol is the square of an even spread.
    let state = 1;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let nth = 0; nth < 5_000; nth++) {
      vi.setSystemTime(1_700_000_000_000 + nth);
      const symbols = new Set(Array.from({ length: 20 }, () => `S${Math.floor(random() ** 2 * 500)}`));
      const isolate = nth % 2 === 0 ? first : second;
      await Promise.all([...symbols].map((symbol) => isolate.get(symbol, place.scope())));
    }
    // Each symbol once a second, at most.
    expect(place.reads.length).toBeLessThanOrEqual(5 * 500);
    expect(1 - place.counts.object / place.counts.asked).toBeGreaterThan(0.95);
  });
});
