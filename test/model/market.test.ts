import fc from "fast-check";
import { expect, test } from "vitest";
import { MarketRules } from "./marketRules.ts";
import { NaiveMarket } from "./naiveMarket/market.ts";
import type { SentReport } from "./naiveMarket/world.ts";
import { playDay } from "./play.ts";
import { RandomDay } from "./random/days.ts";
import type { BookEvent } from "./random/days.ts";
import { Random } from "./random/random.ts";
import { Tables } from "./random/tables.ts";
import { RealMarket } from "./realMarket.ts";
import { viewOf } from "./view.ts";
import type { View } from "./view.ts";

const tables = new Tables();

function plays(seed: number): void {
  const fault = playDay(seed, tables);
  if (fault !== null) throw new Error(fault);
}

test("OB-1 to OB-11, OB-20 to OB-35: random days with every kind of order give the same results in the real and the naive market, and break no rule", () => {
  for (let seed = 1; seed <= 25; seed++) plays(seed);
  fc.assert(fc.property(fc.nat(2 ** 31), plays), { numRuns: 12, endOnFailure: true });
  // The generator must have produced every kind of order.
  expect(tables.missing().cells).toEqual([]);
  for (const report of REPORTS) expect(tables.reports.rows()).toContain(report);
});

/** Reports and reasons that must occur in these days. */
const REPORTS = [
  "accepted ",
  "accepted trigger",
  "accepted parent",
  "accepted auction",
  "accepted session",
  "accepted condition",
  "accepted peg",
  "activated ",
  "activated trigger",
  "activated condition",
  "triggered ",
  "replaced ",
  "replace_rejected ",
  "restated linked",
  "restated self_trade",
  "fill maker",
  "fill taker",
  "fill auction",
  "closed ",
  "closed unfilled",
  "closed post_only",
  "closed fill_or_kill",
  "closed min_qty",
  "closed self_trade",
  "closed linked",
  "closed parent",
  "closed auction_over",
  "closed not_in_session",
  "closed halted",
  "closed delisted",
];

test("OB-8, OB-11: a market that is saved and loaded at any time continues identically, to the same bytes", () => {
  for (let seed = 101; seed <= 106; seed++) {
    const [one, other] = [new RealMarket("AAPL"), new RealMarket("AAPL")];
    const random = new Random(seed);
    for (const { event } of recorded(seed)) {
      if (event.kind === "reload") continue;
      const reports = [one, other].map((market) =>
        event.kind === "command"
          ? market.apply(event.owner, event.command, event.now)
          : market.enter(event.entry, event.now),
      );
      expect(reports[1]).toEqual(reports[0]);
      if (random.chance(0.1)) other.reload();
      if (random.chance(0.02)) expect(other.saved()).toEqual(one.saved());
    }
    expect(other.saved()).toEqual(one.saved());
  }
});

interface Moment {
  readonly event: BookEvent;
  readonly reports: readonly SentReport[];
  readonly before: View;
  readonly after: View;
}

/** The events of a day with the reports and views of the naive market. */
function recorded(seed: number): Moment[] {
  const market = new NaiveMarket("AAPL");
  const day = new RandomDay(seed, market);
  let before = viewOf(market);
  return Array.from({ length: 400 }, () => {
    const event = day.next();
    const reports = tellOf(market, event);
    const moment = { event, reports, before, after: viewOf(market) };
    before = moment.after;
    return moment;
  });
}

function tellOf(market: NaiveMarket, event: BookEvent): SentReport[] {
  if (event.kind === "reload") return [];
  return event.kind === "command"
    ? market.apply(event.owner, event.command, event.now)
    : market.enter(event.entry, event.now);
}

/** Faults to plant into reports or views; null when the fault does not fit. */
const FAULTS: Record<string, (moment: Moment) => Moment | null> = {
  "a fill is for one lot more": (moment) => altered(moment, "fill", (report) => ({ ...report, qty: report.qty + 1 })),
  "a fill is at another price": (moment) =>
    altered(moment, "fill", (report) => ({ ...report, price: report.price + 1 })),
  "a fill is not reported": (moment) => left(moment, "fill"),
  "a close is not reported": (moment) => left(moment, "closed"),
  "an order is not accepted": (moment) => left(moment, "accepted"),
  "a report goes to another account": ({ reports: [first, ...rest], ...moment }) =>
    first === undefined || first.report.kind === "replace_rejected"
      ? null
      : { ...moment, reports: [{ ...first, owner: "account/x" }, ...rest] },
  "reports are sent twice": (moment) =>
    has(moment, "closed") ? { ...moment, reports: [...moment.reports, ...moment.reports] } : null,
  "a trade is reported twice": (moment) => {
    const nth = moment.reports.findIndex(({ report }) => report.kind === "fill");
    const pair = moment.reports.slice(nth, nth + 2);
    return nth === -1
      ? null
      : { ...moment, reports: [...moment.reports.slice(0, nth), ...pair, ...moment.reports.slice(nth)] };
  },
  "displayed orders trade out of turn": ({ before, ...moment }) => {
    const [first, second, ...rest] = before.shown.sell;
    const swapped =
      first === undefined || second === undefined || !has(moment, "fill") ? null : [second, first, ...rest];
    return swapped === null ? null : { ...moment, before: { ...before, shown: { ...before.shown, sell: swapped } } };
  },
  "an ended order is displayed": ({ after, ...moment }) => {
    const over = { orderId: "o1", price: 1, qty: 1 };
    return { ...moment, after: { ...after, shown: { ...after.shown, buy: [...after.shown.buy, over] } } };
  },
  "a level is missing": ({ after, ...moment }) =>
    after.levels.buy.length === 0
      ? null
      : { ...moment, after: { ...after, levels: { ...after.levels, buy: after.levels.buy.slice(1) } } },
  "the book is locked": ({ after, ...moment }) => {
    const [bid, ask] = [after.shown.buy[0], after.shown.sell[0]];
    if (after.phase !== "continuous" || bid === undefined || ask === undefined) return null;
    const sell = [{ ...ask, price: bid.price }, ...after.shown.sell.slice(1)];
    return { ...moment, after: { ...after, shown: { ...after.shown, sell } } };
  },
};

type Fill = SentReport["report"] & { kind: "fill" };

const has = ({ reports }: Pick<Moment, "reports">, kind: string): boolean =>
  reports.some(({ report }) => report.kind === kind);

function altered(moment: Moment, kind: "fill", change: (report: Fill) => Fill): Moment | null {
  const nth = moment.reports.findIndex(({ report }) => report.kind === kind);
  const reports = moment.reports.map((each, place) =>
    place === nth && each.report.kind === "fill" ? { ...each, report: change(each.report) } : each,
  );
  return nth === -1 ? null : { ...moment, reports };
}

function left(moment: Moment, kind: string): Moment | null {
  const nth = moment.reports.findIndex(({ report }) => report.kind === kind);
  return nth === -1 ? null : { ...moment, reports: moment.reports.toSpliced(nth, 1) };
}

test.each(Object.entries(FAULTS))("OB-10: the rules detect that %s", (_name, plant) => {
  let noticed = 0;
  let planted = 0;
  for (let seed = 1; seed <= 3; seed++) {
    const day = recorded(seed);
    for (const [nth, moment] of day.entries()) {
      const faulty = nth % 7 === 0 ? plant(moment) : null;
      if (faulty === null) continue;
      planted++;
      const rules = new MarketRules();
      for (const each of day.slice(0, nth)) rules.check(each.event, each.reports, each.before, each.after);
      try {
        rules.check(faulty.event, faulty.reports, faulty.before, faulty.after);
      } catch {
        noticed++;
      }
    }
  }
  expect(planted).toBeGreaterThan(3);
  // The fault changes the first two orders of a side, which do not trade in each event.
  if (_name === "displayed orders trade out of turn") expect(noticed).toBeGreaterThan(0);
  else expect(noticed).toBe(planted);
});
