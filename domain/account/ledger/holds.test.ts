import { expect, test } from "vitest";
import { applyEntry } from "../apply.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { holdMismatches } from "./holds.ts";
import { move } from "./ledger.ts";
import { fundedAccount, orderWith, recorder } from "../testing.ts";

test("AC-8, AK-11: holds without an open order are found, and open orders without their hold", () => {
  const state = fundedAccount("ann", 10_000_000, { AAPL: 5_000_000 });
  const accept = (order: ReturnType<typeof orderWith>) =>
    applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, 5, recorder());
  accept(orderWith("o1", {}));
  accept(orderWith("o2", { side: "sell", qty: 2_000_000 }));
  expect(holdMismatches(state)).toEqual([]);
  move(state.ledger, "USD", "available", "held", 7);
  state.open.delete("o2");
  expect(holdMismatches(state)).toEqual([
    { asset: "USD", held: 1_000_007, needed: 1_000_000 },
    { asset: "AAPL", held: 2_000_000, needed: 0 },
  ]);
});

test("AK-10: an alert is an audit record of an open account", () => {
  const state = fundedAccount("ann", 0, {});
  const out = recorder();
  const entry = { kind: "alerted", alert: "mail_parked", facts: { from: "book/AAPL", seq: 3 } } as const;
  applyEntry(state, entry, 7, out);
  const body = { alert: "mail_parked", from: "book/AAPL", seq: 3 };
  expect(out.audits).toMatchObject([{ action: "alert", resource: "account/ann", at: 7, body }]);
});
