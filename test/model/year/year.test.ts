/** One trading year of 200 accounts, recomputed from the exports of their activities alone. */
import { expect, test } from "vitest";
import { dayOf, HOUR, newYorkInstant, weekdayOf } from "../../../domain/market/newYork.ts";
import { ACTIVITY_TYPES } from "../../../domain/account/activities/activity.ts";
import { CASH, checkLedger } from "../../../domain/account/ledger/ledger.ts";
import { assertEqual } from "../assert.ts";
import { checkRecomputed } from "../../simulation/activityChecks.ts";
import { YearExchange } from "./exchange.ts";
import { Traders } from "./traders.ts";

const SYMBOLS = ["AAPL", "F", "MSFT", "BTC/USD"];
const ACCOUNTS = 200;
const ACTIONS_A_DAY = 100;
/** The longest interval between comparisons of all accounts, in trading days. */
const COMPARED_EVERY = 20;

/** Weekdays of 2026. */
function tradingDays(): number[] {
  const days = Array.from({ length: 365 }, (_, nth) => dayOf(2026, 1, 1) + nth);
  return days.filter((day) => weekdayOf(day) % 6 !== 0);
}

/** `roundingOf` counts in parts of the smallest amount of cash. */
const PARTS = 10n ** 9n;

/** AC-6: no message is in transit, so what the accounts have with the venue is what rounding has left there. */
function checkConserved({ accounts, rounding }: YearExchange): void {
  const venue = new Map<string, number>();
  for (const { ledger } of accounts.values()) {
    checkLedger(ledger);
    for (const [asset, balances] of ledger) venue.set(asset, (venue.get(asset) ?? 0) + balances.venue);
  }
  for (const [asset, sum] of venue) {
    assertEqual(BigInt(sum) * PARTS, asset === CASH ? rounding : 0n, `AC-6: ${asset} is conserved over all accounts`);
  }
}

test("AC-87: after each day of a year the ledgers sum to zero, and every balance, lot, gain and fee follows from the exports alone", () => {
  const exchange = new YearExchange(SYMBOLS);
  const traders = new Traders(exchange, SYMBOLS, 14);
  const ids = Array.from({ length: ACCOUNTS }, (_, nth) => `account-${nth}`);
  const days = tradingDays();
  expect(days).toHaveLength(261);
  let next = 7;
  const compare = () => {
    for (const [id, state] of exchange.accounts) {
      const kept = exchange.kept.get(id);
      if (kept !== undefined) checkRecomputed(id, state, kept.independent.result(), kept.gains);
    }
  };
  for (const [nth, day] of days.entries()) {
    exchange.goTo(newYorkInstant(day, 9 * HOUR));
    if (nth === 0) for (const id of ids) traders.open(id);
    traders.nextDay();
    for (let action = 0; action < ACTIONS_A_DAY; action++) {
      exchange.goTo(newYorkInstant(day, 10 * HOUR) + action * 200_000);
      next = (next * 31 + 17 + action) % ACCOUNTS;
      traders.act(ids[next] ?? "");
    }
    exchange.goTo(newYorkInstant(day, 20 * HOUR));
    checkConserved(exchange);
    if (nth % COMPARED_EVERY === 0) compare();
  }
  compare();
  const { counts } = exchange;
  for (const type of ACTIVITY_TYPES.filter((each) => each !== "MISC")) {
    expect(counts.get(type), type).toBeGreaterThan(100);
  }
  expect(counts.get("FILL")).toBeGreaterThan(5_000);
  const simple = ["market", "limit", "stop", "stop_limit", "trailing_stop", "market_if_touched"];
  for (const kind of [...simple.map((type) => `${type} `), "limit bracket", "limit oco", "limit oto", "replaced"]) {
    expect(counts.get(kind), kind).toBeGreaterThan(50);
  }
}, 60_000);
