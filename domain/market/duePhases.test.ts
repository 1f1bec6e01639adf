import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { duePhases, nextDue, resumption } from "./duePhases.ts";
import { REOPENING_AUCTION } from "./phase.ts";
import type { CalendarName, MarketEntry, MarketStatus } from "./phase.ts";
import { phaseAt } from "./schedule.ts";

type Status = Pick<MarketStatus, "phase" | "session" | "since" | "until">;

const at = (time: string, date = "2026-11-18"): number => Date.parse(`${date}T${time}-05:00`);
const scheduled = (now: number): Status => phaseAt("us_equities", now);
const halted = (since: number, until: number | null): Status => ({
  ...scheduled(since),
  phase: "halted",
  since,
  until,
});

/** The status of a market after these entries, without fields that do not concern the schedule. */
function applied(status: Status, entries: readonly MarketEntry[], now: number): Status {
  let next = status;
  for (const entry of entries) {
    if (entry.kind === "phase") next = { phase: entry.phase, session: entry.session, since: now, until: entry.until };
    if (entry.kind === "resume") next = { ...next, phase: "reopening_auction", since: now, until: entry.until };
  }
  return next;
}

/** Entries in short form: `opening>continuous/regular` is an opening uncross, then that phase. */
function short(entries: readonly MarketEntry[]): string {
  return entries
    .map((entry) => {
      if (entry.kind !== "phase") return entry.kind;
      return `${entry.uncross === undefined ? "" : `${entry.uncross}>`}${entry.phase}/${entry.session}`;
    })
    .join(" ");
}

const due = (status: Status, now: number): string => short(duePhases("us_equities", status, now));

describe("MK-9: a market whose timers fire on time", () => {
  test("enters each phase at its time, with its uncross", () => {
    let status = scheduled(at("03:00"));
    const day: string[] = [];
    for (let now = at("03:00"); now < at("21:00");) {
      day.push(due(status, now));
      status = applied(status, duePhases("us_equities", status, now), now);
      now = nextDue("us_equities", status, now) ?? Number.NaN;
    }
    expect(day).toEqual([
      "",
      "continuous/pre",
      "pre_open/regular",
      "opening_auction/regular",
      "opening>continuous/regular",
      "closing_auction/regular",
      "closing>continuous/post",
      "continuous/overnight",
    ]);
  });

  test("has no entries around the clock, and leaves that calendar without an auction", () => {
    const status: Status = { phase: "continuous", session: "regular", since: 5, until: null };
    expect(duePhases("always", status, at("12:00"))).toEqual([]);
    expect(nextDue("always", status, at("12:00"))).toBeNull();
    expect(due(status, at("12:00"))).toBe("continuous/regular");
    expect(due(status, at("18:00"))).toBe("continuous/post");
  });
});

describe("MK-9: a market whose timer fires late", () => {
  test("enters the current phase directly", () => {
    expect(due(scheduled(at("05:00")), at("05:00", "2026-11-20"))).toBe("continuous/pre");
    expect(due(scheduled(at("12:00")), at("12:00", "2026-11-21"))).toBe("closed/closed");
  });

  test("makes up a missed opening during regular hours", () => {
    expect(due(scheduled(at("05:00")), at("10:00"))).toBe("opening_auction/regular opening>continuous/regular");
    expect(due(scheduled(at("05:00")), at("10:00", "2026-11-20"))).toBe(
      "opening_auction/regular opening>continuous/regular",
    );
    expect(due(scheduled(at("09:26")), at("10:00"))).toBe("opening>continuous/regular");
    expect(due(scheduled(at("05:00")), at("16:00:02"))).toBe("closing_auction/regular");
  });

  test("makes up a missed closing until the trading day ends, instead of both when it missed both", () => {
    const late = "closing_auction/regular closing>continuous/post";
    expect(due(scheduled(at("12:00")), at("19:59"))).toBe(late);
    expect(due(scheduled(at("05:00")), at("19:59"))).toBe(late);
    expect(due(scheduled(at("09:29")), at("19:59"))).toBe(late);
    expect(due(scheduled(at("16:00:01")), at("19:59"))).toBe("closing>continuous/post");
    expect(due(scheduled(at("12:00")), at("20:00"))).toBe("continuous/overnight");
    const halfDay = "2026-11-27";
    expect(due(scheduled(at("12:00", halfDay)), at("19:00", halfDay))).toBe(
      "closing_auction/regular closing>closed/closed",
    );
    expect(due(scheduled(at("14:00", halfDay)), at("19:00", halfDay))).toBe("closed/closed");
  });

  test("uncrosses the orders that it gathered, however late", () => {
    expect(due(scheduled(at("16:00:01")), at("05:00", "2026-11-20"))).toBe("closing>continuous/pre");
    expect(due(scheduled(at("09:29")), at("12:00", "2026-11-21"))).toBe("opening>closed/closed");
  });
});

describe("MK-10: a halt", () => {
  test("continues when the schedule changes its phase, with the session of the schedule", () => {
    const byHand = halted(at("12:00"), null);
    expect(due(byHand, at("15:00"))).toBe("");
    expect(due(byHand, at("18:00"))).toBe("halted/post");
    expect(due({ ...byHand, session: "post" }, at("18:00"))).toBe("");
  });

  test("that is a pause ends in a reopening auction, after which trading is continuous", () => {
    const pause = halted(at("12:00"), at("12:05"));
    expect(due(pause, at("12:04:59.999"))).toBe("");
    const now = at("12:05");
    expect(duePhases("us_equities", pause, now)).toEqual([{ kind: "resume", until: now + REOPENING_AUCTION }]);
    const reopening = applied(pause, duePhases("us_equities", pause, now), now);
    expect(due(reopening, now + REOPENING_AUCTION - 1)).toBe("");
    expect(nextDue("us_equities", reopening, now)).toBe(now + REOPENING_AUCTION);
    expect(due(reopening, now + REOPENING_AUCTION)).toBe("reopening>continuous/regular");
    const always: Status = { ...pause, session: "regular" };
    expect(short(duePhases("always", always, now))).toBe("resume");
    expect(short(duePhases("always", applied(always, [{ kind: "resume", until: now }], now), now))).toBe(
      "reopening>continuous/regular",
    );
  });

  test("that lasts until the close ends in the closing auction, also when its timer is late", () => {
    const pause = halted(at("15:56"), at("16:00"));
    expect(due(pause, at("16:00"))).toBe("closing_auction/regular");
    expect(due(pause, at("18:00"))).toBe("closing_auction/regular closing>continuous/post");
    const reopening: Status = { ...pause, phase: "reopening_auction", until: at("16:00:08") };
    expect(due(reopening, at("16:00"))).toBe("closing_auction/regular");
  });

  test("that lasted through the opening ends in the opening", () => {
    const pause = halted(at("09:00"), at("09:40"));
    const now = at("09:41");
    expect(due(pause, now)).toBe("opening_auction/regular");
    const opening = applied(pause, duePhases("us_equities", pause, now), now);
    expect(due(opening, now + REOPENING_AUCTION - 1)).toBe("");
    expect(due(opening, now + REOPENING_AUCTION)).toBe("opening>continuous/regular");
    expect(short(resumption("us_equities", halted(at("09:00"), null), now, now + 1))).toBe("opening_auction/regular");
    expect(short(resumption("us_equities", halted(at("11:00"), null), at("12:00"), at("12:01")))).toBe("resume");
  });

  test("whose time is over while the market is closed lasts until it opens", () => {
    const dayOut = halted(at("11:00", "2026-11-20"), at("20:00", "2026-11-20"));
    expect(due(dayOut, at("21:00", "2026-11-20"))).toBe("halted/closed");
    expect(due({ ...dayOut, session: "closed" }, at("20:00", "2026-11-22"))).toBe("halted/overnight resume");
    const resumed: Status = { ...dayOut, phase: "reopening_auction", session: "closed" };
    expect(due(resumed, at("12:00", "2026-11-21"))).toBe("");
    expect(due(resumed, at("20:00", "2026-11-22"))).toBe("reopening>continuous/overnight");
  });
});

const begin = at("00:00", "2026-11-02");
const instant = fc.integer({ min: begin, max: begin + 60 * 86_400_000 });
const phase = fc.constantFrom(
  ...(["pre_open", "opening_auction", "continuous", "halted", "reopening_auction", "closing_auction"] as const),
);
const session = fc.constantFrom(...(["pre", "regular", "post", "overnight", "closed"] as const));
const status = fc.record({ phase, session, since: instant, until: fc.option(instant) });
const calendar = fc.constantFrom<CalendarName>("always", "us_equities");
const GATHERING = new Set(["pre_open", "opening_auction", "halted", "reopening_auction", "closing_auction"]);

test("MK-9: from any status the entries lead to one with nothing due, and gathered orders are always uncrossed", () => {
  fc.assert(
    fc.property(calendar, status, instant, (name, from, now) => {
      let current: Status = from;
      for (const entry of duePhases(name, from, now)) {
        const next = applied(current, [entry], now);
        const matches = next.phase === "continuous" || next.phase === "closed";
        if (GATHERING.has(current.phase) && matches) expect(entry).toHaveProperty("uncross");
        if (entry.kind === "phase" && entry.uncross !== undefined) expect(GATHERING.has(current.phase)).toBe(true);
        current = next;
      }
      expect(duePhases(name, current, now)).toEqual([]);
      const next = nextDue(name, current, now);
      if (next !== null) {
        expect(next).toBeGreaterThan(now);
        expect(duePhases(name, current, next - 1)).toEqual([]);
      }
    }),
    { numRuns: 3000 },
  );
});

test("MK-9: with timely or late timers a market reaches the same phase, and late timers add no auction", () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: 0, max: 4 * 86_400_000 }), (from, slept) => {
      const to = from + slept;
      const uncrosses = (entries: readonly MarketEntry[]) =>
        entries.filter((entry) => entry.kind === "phase" && entry.uncross !== undefined).length;
      let awake = scheduled(from);
      let held = 0;
      for (let now = nextDue("us_equities", awake, from) ?? to; now <= to;) {
        const entries = duePhases("us_equities", awake, now);
        held += uncrosses(entries);
        awake = applied(awake, entries, now);
        now = nextDue("us_equities", awake, now) ?? Number.NaN;
      }
      const entries = duePhases("us_equities", scheduled(from), to);
      const asleep = applied(scheduled(from), entries, to);
      expect({ ...asleep, since: 0 }).toEqual({ ...awake, since: 0 });
      expect(uncrosses(entries)).toBeLessThanOrEqual(Math.min(1, held));
    }),
    { numRuns: 300 },
  );
});
