import { expect, test } from "vitest";
import { crc32 } from "../../../domain/crc32.ts";
import { OrderQueues, type OrdersElement } from "./orderQueues.ts";

/** An element with the checksums of the orders that it leads to: asks first, then bids, as text and as refs. */
function element(part: Partial<OrdersElement> & { readonly seq: number }, text: string, refs: string): OrdersElement {
  return { b: [], a: [], checksum: crc32(text), queue: crc32(refs), ...part };
}

const add = (id: number, p: number, s: number) => ({ e: "add" as const, id, p, s });

test("UI-55: what is ahead of an own order is known, and shrinks with each order that leaves", () => {
  const queues = new OrderQueues("AAPL");
  queues.name({ own: [{ id: 3, order_id: "mine" }] });
  const book = [add(1, 10, 5), add(2, 10, 2), add(3, 10, 4)];
  const [one, two, three] = ["1000005000000", "1000002000000", "1000004000000"];
  expect(queues.apply(element({ r: true, seq: 1, b: book }, one + two + three, "1,2,3"))).toBe("applied");
  expect(queues.own()).toEqual([{ orderId: "mine", side: "buy", price: 10, size: 4, ahead: 7, ordersAhead: 2 }]);
  const gone = { e: "delete" as const, id: 1, p: 10, s: 0 };
  expect(queues.apply(element({ prev: 1, seq: 2, b: [gone] }, two + three, "2,3"))).toBe("applied");
  const less = { e: "modify" as const, id: 2, p: 10, s: 1 };
  expect(queues.apply(element({ prev: 2, seq: 3, b: [less] }, "1000001000000" + three, "2,3"))).toBe("applied");
  expect(queues.own()).toMatchObject([{ ahead: 1, ordersAhead: 1 }]);
});

test("UI-55: an order that has lost its place is behind the others, and still the account's own", () => {
  const queues = new OrderQueues("AAPL");
  queues.name({ own: [{ id: 1, order_id: "mine" }] });
  const [one, two] = ["1000005000000", "1000002000000"];
  queues.apply(element({ r: true, seq: 1, b: [add(1, 10, 5), add(2, 10, 2)] }, one + two, "1,2"));
  const again = [{ e: "delete" as const, id: 1, p: 10, s: 0 }, add(1, 10, 5)];
  expect(queues.apply(element({ prev: 1, seq: 2, b: again }, two + one, "2,1"))).toBe("applied");
  expect(queues.own()).toMatchObject([{ orderId: "mine", ahead: 2 }]);
});

test("UI-55: a lost change and a wrong checksum of the queue ask for a snapshot", () => {
  const queues = new OrderQueues("AAPL");
  expect(queues.apply(element({ prev: 0, seq: 1 }, "", ""))).toBe("gap");
  const text = "1000005000000";
  expect(queues.apply(element({ r: true, seq: 5, a: [add(1, 10, 5)] }, text, "1"))).toBe("applied");
  expect(queues.apply(element({ prev: 7, seq: 8 }, text, "1"))).toBe("gap");
  expect(queues.apply(element({ prev: 4, seq: 5 }, text, "1"))).toBe("old");
  expect(queues.apply(element({ prev: 5, seq: 6 }, text, "2"))).toBe("wrong checksum");
});
