import { describe, expect, test } from "vitest";
import fc from "fast-check";
import type { PagePlace } from "../../../protocol/mapping/marketHistory.ts";
import { type HistoryPage, type Part, PARTS_MAX, type PartReader, readPage } from "./pageReader.ts";

/** Parts with numbered items, of which a read gives at most `most`. */
function readerOf(tape: ReadonlyMap<string, readonly number[]>, most: number): PartReader<number> {
  return {
    read: ({ symbol, month }, next, limit) => {
      const all = (tape.get(`${symbol}/${month}`) ?? []).filter((item) => next === null || item >= next);
      const items = all.slice(0, Math.min(limit, most));
      return Promise.resolve({ items, next: all[items.length] ?? null });
    },
    placeOf: (item) => item,
  };
}

async function* from(parts: readonly Part[], place: PagePlace | null): AsyncGenerator<Part, void> {
  const isPast = ({ symbol, month }: Part) =>
    place !== null && (symbol < place.symbol || (symbol === place.symbol && month < place.month));
  for (const part of parts) if (!isPast(part)) yield await Promise.resolve(part);
}

describe("MD-61: pages over several symbols and months", () => {
  test("have every item once and in order, whatever their limit is", async () => {
    const counts = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        counts,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 4 }),
        async (sizes, limit, most) => {
          const parts = sizes.map((_, nth) => ({ symbol: `S${Math.floor(nth / 3)}`, month: `2026-0${(nth % 3) + 1}` }));
          const tape = new Map(
            parts.map(({ symbol, month }, nth) => {
              return [`${symbol}/${month}`, Array.from({ length: sizes[nth] ?? 0 }, (__, item) => nth * 10 + item)];
            }),
          );
          const seen: string[] = [];
          let place: PagePlace | null = null;
          do {
            const page: HistoryPage<number> = await readPage(from(parts, place), place, limit, readerOf(tape, most));
            const sent = [...page.items].flatMap(([symbol, items]) => items.map((item) => `${symbol} ${item}`));
            expect(sent.length).toBeLessThanOrEqual(limit);
            seen.push(...sent);
            place = page.next;
          } while (place !== null);
          expect(seen).toEqual(
            parts.flatMap(({ symbol, month }) =>
              (tape.get(`${symbol}/${month}`) ?? []).map((item) => `${symbol} ${item}`),
            ),
          );
        },
      ),
    );
  });

  test("end early, with a place to continue, when too many parts are empty", async () => {
    const parts = Array.from({ length: PARTS_MAX + 5 }, (_, nth) => ({ symbol: `S${1_000 + nth}`, month: "2026-01" }));
    const page = await readPage(from(parts, null), null, 10, readerOf(new Map(), 10));
    expect(page).toEqual({ items: new Map(), next: { symbol: `S${1_000 + PARTS_MAX}`, month: "2026-01", next: null } });
    const short = await readPage(from(parts, null), null, 10, readerOf(new Map(), 10), 3);
    expect(short.next).toEqual({ symbol: "S1003", month: "2026-01", next: null });
  });

  test("a read ahead that fails behind the end of the page fails nobody; one before it does", async () => {
    const parts = ["A", "B"].map((symbol) => ({ symbol, month: "" }));
    const reader: PartReader<number> = {
      read: ({ symbol }) =>
        symbol === "A" ? Promise.resolve({ items: [1, 2], next: 3 }) : Promise.reject(new Error("away")),
      placeOf: (item) => item,
    };
    expect((await readPage(from(parts, null), null, 2, reader)).next).toEqual({ symbol: "A", month: "", next: 3 });
    await expect(readPage(from(parts.slice(1), null), null, 2, reader)).rejects.toThrow("away");
  });
});
