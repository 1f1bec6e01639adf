import fc from "fast-check";
import { expect, test } from "vitest";
import { balances, CASH, checkLedger, move, owned } from "./ledger.ts";
import type { Ledger, LedgerAccount } from "./ledger.ts";

const ledgerAccount = fc.constantFrom<LedgerAccount>("available", "held", "venue", "outside");

test("AC-6: whatever is moved, the four ledger accounts of each asset sum to zero", () => {
  const movement = fc.tuple(fc.constantFrom(CASH, "AAPL"), ledgerAccount, ledgerAccount, fc.nat(1_000));
  fc.assert(
    fc.property(fc.array(movement, { maxLength: 60 }), (movements) => {
      const ledger: Ledger = new Map();
      for (const [asset, from, to, amount] of movements) {
        if (from === "held" && balances(ledger, asset).held < amount) continue;
        move(ledger, asset, from, to, amount);
        checkLedger(ledger);
      }
      for (const asset of ledger.keys()) {
        const { available, held } = balances(ledger, asset);
        expect(owned(ledger, asset)).toBe(available + held);
      }
    }),
  );
});

test("AC-6: checkLedger throws for a ledger that does not balance", () => {
  const ledger: Ledger = new Map([[CASH, { available: 5, held: 0, venue: 0, outside: -4, house: 0 }]]);
  expect(() => checkLedger(ledger)).toThrow("USD does not balance");
});

test("a movement of a fractional or negative amount is refused", () => {
  for (const amount of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    const ledger: Ledger = new Map();
    expect(() => move(ledger, CASH, "outside", "available", amount)).toThrow(/bad amount/);
    expect(ledger.size).toBe(0);
  }
});

test("a movement that makes `held` negative throws and changes no balance", () => {
  const ledger: Ledger = new Map();
  move(ledger, CASH, "outside", "held", 5);
  expect(() => move(ledger, CASH, "held", "venue", 6)).toThrow(/held below zero/);
  expect(balances(ledger, CASH)).toEqual({ available: 0, held: 5, venue: 0, outside: -5, house: 0 });
});

test("a movement beyond the exact range throws and changes no balance", () => {
  const ledger: Ledger = new Map();
  move(ledger, CASH, "outside", "available", Number.MAX_SAFE_INTEGER);
  expect(() => move(ledger, CASH, "outside", "available", 1)).toThrow(/outside the exact range/);
  expect(balances(ledger, CASH).available).toBe(Number.MAX_SAFE_INTEGER);
});

test("an asset that never moved has balances of zero", () => {
  expect(balances(new Map(), "AAPL")).toEqual({ available: 0, held: 0, venue: 0, outside: 0, house: 0 });
  expect(owned(new Map(), "AAPL")).toBe(0);
});
