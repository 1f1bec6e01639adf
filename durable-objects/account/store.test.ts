import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { orderWith } from "../../domain/account/testing.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { OrderFilter } from "../../protocol/rpc/orderFilter.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { AccountStore } from "./store.ts";

let storage: NodeStorage;
beforeEach(() => {
  storage = new NodeStorage(() => undefined);
});
afterEach(() => storage.close());

function closed(nth: number, changes: Partial<Order> = {}): Order {
  return {
    ...orderWith(`id-${nth}`, {}),
    sequence: nth,
    submittedAt: nth,
    submittedMicros: nth * 1_000,
    status: "canceled",
    filledQty: 0,
    filledValue: "0",
    held: 0,
    updatedAt: nth,
    filledAt: null,
    canceledAt: nth,
    expiredAt: null,
    ...changes,
  };
}

const ALL: OrderFilter = {
  status: "closed",
  limit: 100,
  direction: "asc",
  after: null,
  until: null,
  symbols: null,
  side: null,
  beforeOrderId: null,
  afterOrderId: null,
};
const NO_BOUNDS = { afterMicros: null, untilMicros: null, afterSequence: null, beforeSequence: null };

/** Ten orders, of which some are written: of each symbol, side and kind both. */
function storeOfTen(): AccountStore {
  const store = new AccountStore(storage);
  for (let nth = 1; nth <= 10; nth++) {
    const leg = nth % 5 === 0 ? { parentId: "id-1" } : {};
    const changes = { symbol: nth % 3 === 0 ? "F" : "AAPL", side: nth % 2 === 0 ? "sell" : "buy", ...leg } as const;
    store.addClosedOrder(closed(nth, changes));
    if (nth === 6) store.writeClosedOrders();
  }
  return store;
}

describe("AK-13: closed orders", () => {
  test.each([1, 13, 14, 15, 28, 100])("%i are all written, each as it is; one that is written stays", (count) => {
    const store = new AccountStore(storage);
    const orders = Array.from({ length: count }, (_, index) => closed(index + 1));
    for (const order of orders) store.addClosedOrder(order);
    store.writeClosedOrders();
    store.addClosedOrder({ ...closed(1), qty: 7 });
    store.writeClosedOrders();
    const read = new AccountStore(storage).closedOrders({ ...ALL, limit: 500 }, NO_BOUNDS);
    expect(read.toSorted((a, b) => a.sequence - b.sequence)).toEqual(orders);
  });

  test("are found by id and by client order id before and after they are written", () => {
    const store = storeOfTen();
    expect(store.unwrittenOrders).toBe(4);
    for (const nth of [1, 6, 7, 10]) {
      expect(store.closedOrder(`id-${nth}`)?.sequence).toBe(nth);
      expect(store.closedOrderByClientId(`c-id-${nth}`)?.sequence).toBe(nth);
    }
    expect(store.closedOrder("id-11")).toBeUndefined();
    store.writeClosedOrders();
    expect(store.unwrittenOrders).toBe(0);
    expect(new AccountStore(storage).closedOrder("id-10")).toEqual(store.closedOrder("id-10"));
  });

  test("are listed by the same rules in memory as from their table", () => {
    const filters: { filter?: Partial<OrderFilter>; bounds?: Partial<typeof NO_BOUNDS>; groups?: string[] }[] = [
      {},
      { filter: { side: "sell" } },
      { filter: { symbols: ["F"] } },
      { filter: { symbols: [] } },
      { bounds: { afterMicros: 4_000, untilMicros: 9_000 } as never },
      { bounds: { afterSequence: 2, beforeSequence: 8 } as never },
      { groups: ["id-3", "id-8"] },
      { filter: { status: "all" }, groups: ["id-3", "id-8"] },
    ];
    const mixed = storeOfTen();
    const lists = filters.map(({ filter, bounds, groups }) => {
      const except = groups === undefined ? undefined : { except: groups };
      return () => {
        const found = mixed.closedOrders({ ...ALL, ...filter }, { ...NO_BOUNDS, ...bounds }, except);
        return found.map(({ sequence }) => sequence).sort((a, b) => a - b);
      };
    });
    const before = lists.map((list) => list());
    expect(before.map((found) => found.length)).toEqual([10, 5, 3, 0, 4, 5, 6, 8]);
    mixed.writeClosedOrders();
    expect(lists.map((list) => list())).toEqual(before);
  });
});

/** The store, and the statements that it has executed since the last `take`. */
function counted(): { store: AccountStore; take: () => string[] } {
  let statements: string[] = [];
  const exec: NodeStorage["exec"] = (query, ...binds) => {
    statements.push(query);
    return storage.exec(query, ...binds);
  };
  const store = new AccountStore({ exec });
  const take = () => {
    const taken = statements;
    statements = [];
    return taken;
  };
  take();
  return { store, take };
}

describe("client order ids of a batch", () => {
  test("are looked up in one statement; those of no order need no other until rows are written", () => {
    const { store, take } = counted();
    store.addClosedOrder(closed(1));
    store.writeClosedOrders();
    store.addClosedOrder(closed(2));
    take();
    store.findAbsent(["c-id-1", "c-id-2", "c-id-3", ...Array.from({ length: 200 }, (_, nth) => `new-${nth}`)]);
    expect(take()).toHaveLength(1);
    expect(store.closedOrderByClientId("c-id-2")?.id).toBe("id-2");
    for (const absent of ["c-id-3", "new-0", "new-199"]) expect(store.closedOrderByClientId(absent)).toBeUndefined();
    expect(take()).toEqual([]);
    expect(store.closedOrderByClientId("c-id-1")?.id).toBe("id-1");
    expect(take()).toHaveLength(1);

    store.addClosedOrder(closed(3));
    expect(store.closedOrderByClientId("c-id-3")?.id).toBe("id-3");
    store.writeClosedOrders();
    expect(store.closedOrderByClientId("c-id-3")?.id).toBe("id-3");
  });

  test("that JSON may write otherwise are looked up one by one", () => {
    const { store, take } = counted();
    const odd = ["\ud800", "é", 'a"b\\c', "\u0000"];
    for (const [nth, clientOrderId] of odd.entries()) store.addClosedOrder(closed(nth + 1, { clientOrderId }));
    store.writeClosedOrders();
    store.findAbsent([...odd, 'a"b\\d', "\ufffd"]);
    take();
    for (const [nth, id] of odd.entries()) expect(store.closedOrderByClientId(id)?.id).toBe(`id-${nth + 1}`);
    expect(take()).toHaveLength(odd.length);
    expect(store.closedOrderByClientId('a"b\\d')).toBeUndefined();
    expect(take()).toEqual([]);
    store.closedOrderByClientId("\ufffd");
    expect(take()).toHaveLength(1);
  });
});

test("closed orders that a call will read stay in memory until the last of such calls has ended", () => {
  const { store, take } = counted();
  store.await(["id-1", "id-2"]);
  store.await(["id-1"]);
  for (const nth of [1, 2, 3]) store.addClosedOrder(closed(nth));
  store.writeClosedOrders();
  take();
  expect([store.closedOrder("id-1"), store.closedOrder("id-2")]).toEqual([closed(1), closed(2)]);
  expect(take()).toEqual([]);
  store.forget(["id-1", "id-2"]);
  expect(store.awaitedOrders).toBe(1);
  expect(store.closedOrder("id-1")).toEqual(closed(1));
  expect(take()).toEqual([]);
  store.forget(["id-1"]);
  expect(store.awaitedOrders).toBe(0);
  for (const nth of [1, 2, 3]) expect(store.closedOrder(`id-${nth}`)).toEqual(closed(nth));
  expect(take()).toHaveLength(3);
});
