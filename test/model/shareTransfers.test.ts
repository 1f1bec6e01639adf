import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AccountsVerifier } from "../../db/verify/accounts.ts";
import { auditLine } from "../../protocol/audit/line.ts";
import { SHARE, shareWorld } from "./shareWorld.ts";

describe("AC-95: whatever is moved, bought, sold and interrupted", () => {
  const step = fc.record({
    what: fc.nat(11),
    who: fc.nat(2),
    to: fc.nat(3),
    qty: fc.integer({ min: 1, max: 6_000_000 }),
    price: fc.integer({ min: 500_000, max: 1_000_000 }),
    hours: fc.nat(40),
  });

  test("no balance is below zero, shares and basis are conserved, and both trails and all exports agree", () => {
    let moves = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
        const { a, b, c, clock, deliver, restart, total, actor } = shareWorld();
        const all = [a, b, c];
        for (const each of all) {
          each.deposit("USD", 50_000_000);
          for (const qty of [1_333_333, 2_000_000]) each.deposit("AAPL", qty, qty * 3 + 7);
        }
        for (const [n, { what, who, to, qty, price, hours }] of steps.entries()) {
          const one = all[who] ?? a;
          const other = all[to % 3] ?? b;
          const text = (qty / SHARE).toFixed(6);
          const orders = [...one.state().open.keys()];
          const order = orders[to % Math.max(1, orders.length)] ?? "";
          if (what < 4) moves += one.move(`t${n}`, "AAPL", text, other.id).ok ? 1 : 0;
          else if (what === 4 && one.order(`b${n}`, "buy", text)) one.fill(`b${n}`, price);
          else if (what < 7) one.order(`s${n}`, "sell", text);
          else if (what === 7) one.fill(order, price + 500_000);
          else if (what === 8) clock.now += hours * 3_600_000;
          else if (what === 9) restart();
          else deliver();
          for (const each of all) each.check();
        }
        while (deliver());
        expect(actor().open.size).toBe(0);
        const bought = all.flatMap(({ out }) => out.activities);
        const sum = (of: (activity: (typeof bought)[number]) => number) => bought.reduce((x, y) => x + of(y), 0);
        const traded = sum((each) => (each.type === "FILL" ? (each.side === "buy" ? each.qty : -each.qty) : 0));
        expect(total()[0]).toBe(3 * 3_333_333 + traded);
        // What left an account is what came into another one, or came back.
        const own = sum((each) => (each.type === "JNLS" && !each.description.startsWith("Deposit") ? each.qty : 0));
        const cost = sum((each) => (each.type === "JNLS" && !each.description.startsWith("Deposit") ? each.cost : 0));
        expect([own, cost]).toEqual([0, 0]);
        const verifier = new AccountsVerifier();
        const records = all.flatMap(({ out }) => out.audits).sort((x, y) => x.at - y.at);
        for (const [nth, record] of records.entries()) {
          verifier.add(0, { seq: nth + 1, line: auditLine(0, nth + 1, record) } as never);
        }
        expect(verifier.differences).toEqual([]);
        expect(verifier.transfers.oneSided()).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(moves).toBeGreaterThan(100);
  });
});
