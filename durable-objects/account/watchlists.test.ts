import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Refusal } from "../../domain/account/entry/refusal.ts";
import type { Watchlist, WatchlistChange } from "../../protocol/rpc/watchlists.ts";
import { SYMBOLS_MAX, WATCHLISTS_MAX } from "../../protocol/wire/watchlists.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { type WatchlistEvent, Watchlists } from "./watchlists.ts";

let storage: NodeStorage;
let now: number;
let refusal: Refusal | null;
let events: WatchlistEvent[];
let lists: Watchlists;

function opened(): Watchlists {
  return new Watchlists({
    sql: storage,
    now: () => now,
    refusal: () => refusal,
    publish: (event) => events.push(event),
  });
}

beforeEach(() => {
  storage = new NodeStorage(() => undefined);
  now = 1_000;
  refusal = null;
  events = [];
  lists = opened();
});
afterEach(() => storage.close());

function changed(change: WatchlistChange): Watchlist {
  const outcome = lists.change(change);
  if (!outcome.ok) throw new Error(outcome.refusal.reason);
  return outcome.value;
}
const create = (name: string, symbols: readonly string[] = []) => changed({ kind: "create", name, symbols });

describe("AC-120: watchlists", () => {
  test("keep the order of their symbols through every change, and each symbol once", () => {
    const { id } = create("Tech", ["MSFT", "AAPL", "MSFT", "NVDA"]);
    const of = { id };
    expect(changed({ kind: "add", of, symbol: "F" }).symbols).toEqual(["MSFT", "AAPL", "NVDA", "F"]);
    expect(changed({ kind: "add", of, symbol: "AAPL" }).symbols).toEqual(["MSFT", "AAPL", "NVDA", "F"]);
    expect(changed({ kind: "remove", of, symbol: "AAPL" }).symbols).toEqual(["MSFT", "NVDA", "F"]);
    const reordered = changed({ kind: "update", of: { name: "Tech" }, name: null, symbols: ["F", "MSFT"] });
    expect(reordered).toMatchObject({ id, name: "Tech", symbols: ["F", "MSFT"] });
    expect(changed({ kind: "update", of, name: "Cars", symbols: null })).toMatchObject({ symbols: ["F", "MSFT"] });
    expect(opened().find({ name: "Cars" })).toMatchObject({ id, symbols: ["F", "MSFT"], createdAt: 1_000 });
    expect(lists.find({ name: "Tech" })).toBeNull();
  });

  test("are listed in the order of creation, and their names are unique", () => {
    const [one, two] = [create("b"), create("a")];
    expect(lists.list().map(({ name }) => name)).toEqual(["b", "a"]);
    const taken = { ok: false, refusal: { reason: "watchlist_name_taken" } };
    expect(lists.change({ kind: "create", name: "a", symbols: [] })).toEqual(taken);
    expect(lists.change({ kind: "update", of: one, name: "a", symbols: null })).toEqual(taken);
    expect(changed({ kind: "update", of: two, name: "a", symbols: ["F"] }).symbols).toEqual(["F"]);
    expect(changed({ kind: "delete", of: { name: "a" } }).id).toBe(two.id);
    expect(create("a").id).not.toBe(two.id);
  });

  test("that do not exist, symbols that are not in them, and closed accounts are refused", () => {
    const { id } = create("a", ["F"]);
    const unknown = { ok: false, refusal: { reason: "watchlist_not_found", watchlist: "x" } };
    expect(lists.change({ kind: "delete", of: { id: "x" } })).toEqual(unknown);
    expect(lists.change({ kind: "add", of: { name: "x" }, symbol: "F" })).toEqual(unknown);
    expect(lists.change({ kind: "remove", of: { id }, symbol: "KO" })).toMatchObject({
      refusal: { reason: "not_in_watchlist", symbol: "KO" },
    });
    refusal = { reason: "account_closed" };
    expect(lists.change({ kind: "delete", of: { id } })).toEqual({ ok: false, refusal });
    expect(lists.list()).toHaveLength(1);
    lists.erase();
    expect(lists.list()).toEqual([]);
  });

  test("have bounds", () => {
    const many = Array.from({ length: SYMBOLS_MAX }, (_, nth) => `S${nth}`);
    const { id } = create("0", many);
    expect(lists.change({ kind: "add", of: { id }, symbol: "F" })).toMatchObject({
      refusal: { reason: "watchlist_too_long", limit: SYMBOLS_MAX },
    });
    expect(lists.change({ kind: "create", name: "x", symbols: [...many, "F"] }).ok).toBe(false);
    for (let nth = 1; nth < WATCHLISTS_MAX; nth++) create(String(nth));
    expect(lists.change({ kind: "create", name: "x", symbols: [] })).toMatchObject({
      refusal: { reason: "too_many_watchlists", limit: WATCHLISTS_MAX },
    });
  });

  test("WS-30: each change is told once, and one that changes nothing is not", () => {
    const { id } = create("a", ["F"]);
    changed({ kind: "add", of: { id }, symbol: "F" });
    changed({ kind: "update", of: { id }, name: "a", symbols: ["F"] });
    now = 500;
    const later = changed({ kind: "update", of: { id }, name: "b", symbols: null });
    // Clocks may go back; the time of a change does not.
    expect(later.updatedAt).toBe(1_001);
    changed({ kind: "delete", of: { id } });
    expect(events.map(({ event, watchlist }) => [event, watchlist.name])).toEqual([
      ["created", "a"],
      ["updated", "b"],
      ["deleted", "b"],
    ]);
  });
});
