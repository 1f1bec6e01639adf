import { describe, expect, test } from "vitest";
import type { CalendarName, MarketEntry, MarketStatus } from "../../domain/market/phase.ts";
import { phaseAt } from "../../domain/market/schedule.ts";
import { MarketSchedule, DUE_ROUNDS, type ScheduledMarket } from "./marketSchedule.ts";

const at = (time: string, date = "2026-11-18"): number => Date.parse(`${date}T${time}-05:00`);

/** A market on a calendar, up to date at `now`. */
function scheduled(now: number, calendar: CalendarName = "us_equities", ends: number | null = null): ScheduledMarket {
  const { phase, session, since, until } = phaseAt(calendar, now);
  const status: MarketStatus = {
    phase,
    session,
    since,
    until,
    calendar,
    halt: null,
    bands: null,
    limitState: null,
  };
  return { status, luldTier: null, ends };
}

/** The market after an entry, as far as its schedule depends on it. */
function applied(market: ScheduledMarket, entry: MarketEntry, now: number): ScheduledMarket {
  const { status } = market;
  if (entry.kind === "expire") return { ...market, ends: null };
  if (entry.kind === "configure") return { ...market, status: { ...status, calendar: entry.calendar } };
  if (entry.kind !== "phase") throw new Error(entry.kind);
  const { phase, session, until } = entry;
  return { ...market, status: { ...status, phase, session, until, since: now } };
}

/** The entries of a market at `now`, round by round, until nothing is due. */
function turns(calendar: CalendarName, market: ScheduledMarket, now: number): string[] {
  const schedule = new MarketSchedule(calendar);
  const words: string[] = [];
  for (let entries = schedule.dueEntries(market, now); entries.length > 0; entries = schedule.dueEntries(market, now)) {
    words.push(entries.map((entry) => (entry.kind === "phase" ? entry.phase : entry.kind)).join("+"));
    for (const entry of entries) market = applied(market, entry, now);
    expect(words.length).toBeLessThanOrEqual(DUE_ROUNDS);
  }
  const due = schedule.dueAt(market, now);
  if (due !== null) expect(due).toBeGreaterThan(now);
  return words;
}

describe("MD-34: a market", () => {
  test("around the clock has nothing scheduled and no alarm", () => {
    const market = scheduled(at("12:00"), "always");
    expect(turns("always", market, at("12:00"))).toEqual([]);
    expect(new MarketSchedule("always").dueAt(market, at("12:00"))).toBeNull();
  });

  test("around the clock has an alarm for the next expiry", () => {
    const market = scheduled(at("12:00"), "always", at("13:00"));
    const schedule = new MarketSchedule("always");
    expect(schedule.dueAt(market, at("12:00"))).toBe(at("13:00"));
    expect(turns("always", market, at("13:00"))).toEqual(["expire"]);
  });

  test("has an alarm at the end of its phase, or at an earlier expiry", () => {
    const schedule = new MarketSchedule("us_equities");
    const market = scheduled(at("09:26"));
    expect(schedule.dueAt(market, at("09:26"))).toBe(at("09:28"));
    expect(schedule.dueAt({ ...market, ends: at("09:27") }, at("09:26"))).toBe(at("09:27"));
    expect(turns("us_equities", market, at("09:28"))).toEqual(["opening_auction"]);
  });

  test("adopts a changed calendar and enters its phase", () => {
    const market = scheduled(at("12:00"), "always");
    expect(new MarketSchedule("us_equities").dueAt(market, at("12:00"))).toBe(at("12:00"));
    expect(turns("us_equities", market, at("21:00", "2026-11-20"))).toEqual(["configure", "closed"]);
    expect(turns("always", scheduled(at("21:00", "2026-11-20")), at("22:00", "2026-11-20"))).toEqual([
      "configure",
      "continuous",
    ]);
  });

  test("that slept catches up in the order of the missed times", () => {
    // It sleeps until long after the close, with orders that expire a minute after it.
    const market = scheduled(at("15:00"), "us_equities", at("16:01"));
    expect(turns("us_equities", market, at("18:00"))).toEqual(["closing_auction+continuous", "expire"]);
    const before = scheduled(at("15:00"), "us_equities", at("15:30"));
    expect(turns("us_equities", before, at("18:00"))).toEqual(["expire", "closing_auction+continuous"]);
    // A day later they expire before the next opening.
    expect(turns("us_equities", market, at("10:00", "2026-11-19"))).toEqual(["expire", "opening_auction+continuous"]);
  });
});
