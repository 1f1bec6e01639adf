import { expect, test } from "vitest";
import type { BookCommand, BookReport, NewOrderCommand } from "./messages.ts";
import { applyCommand, applyEntry, newBook } from "./orderBook.ts";
import { resting } from "./views.ts";

test("OB-20, OB-33: an order that was replaced or waited for its session is a simple order again, and keeps its expiry", () => {
  const book = newBook("AAPL");
  const lines: string[] = [];
  const out = {
    report: (_owner: string, { kind, orderId }: BookReport) => lines.push(`${orderId} ${kind}`),
    trade: () => undefined,
  };
  const apply = (command: BookCommand, now = 0) => applyCommand(book, "account/a", command, now, out);
  const enter = (orderId: string, side: "buy" | "sell", price: number, qty: number, more: Partial<NewOrderCommand>) => {
    const terms = { timeInForce: "gtc", market: false, expiresAt: null, ...more } as const;
    apply({ kind: "new", orderId, side, price, qty, ...terms });
  };
  const phase = (name: "continuous" | "closed") => {
    const session = name === "closed" ? "closed" : "regular";
    applyEntry(book, { kind: "phase", phase: name, session, until: null }, 0, out);
  };
  enter("a1", "buy", 99, 5, { timeInForce: "gtd", expiresAt: 200, within: 5_000 });
  apply({ kind: "replace", orderId: "a1", newOrderId: "a2", price: 98 });
  enter("a3", "buy", 98, 5, { display: 0 });
  expect([...book.complexOrders.keys()]).toEqual([book.ids.slot("a3")]);
  phase("closed");
  enter("b1", "buy", 98, 7, { within: 5_000 });
  expect([...book.session].map(({ slot }) => book.ids.text(slot))).toEqual(["a2", "a3", "b1"]);
  phase("continuous");
  expect([...book.complexOrders.keys()]).toEqual([book.ids.slot("a3")]);
  expect([...resting(book, "buy")].map(({ orderId, qty }) => `${orderId} ${qty}`)).toEqual(["a2 5", "b1 7"]);
  lines.length = 0;
  enter("c1", "sell", 98, 1, {});
  apply({ kind: "replace", orderId: "a2", newOrderId: "a4", price: 97, expiresAt: 100 });
  applyEntry(book, { kind: "expire" }, 100, out);
  applyEntry(book, { kind: "expire" }, 200, out);
  expect(lines).toEqual(["c1 accepted", "a2 fill", "c1 fill", "a2 replaced", "a4 closed"]);
});
