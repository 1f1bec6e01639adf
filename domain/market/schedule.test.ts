import fc from "fast-check";
import { expect, test } from "vitest";
import { newYorkOffset } from "./newYork.ts";
import { auctionWindow, hoursOf, nextPhase, orderExpiry, orderSession, phaseAt, regularHours } from "./schedule.ts";

const DAY = 86_400_000;
const at = (text: string): number => Date.parse(text);
const instant = fc.integer({ min: at("2007-01-01T00:00Z"), max: at("2100-01-01T00:00Z") });

/** A time as weekday and time in New York: `Fri 09:30:00`. */
function wallClock(now: number): string {
  const local = new Date(now + newYorkOffset(now));
  return `${local.toUTCString().slice(0, 3)} ${local.toISOString().slice(11, 19)}`;
}

/** The phases between two times, one line each. */
function schedule(from: number, until: number): string[] {
  const lines: string[] = [];
  for (let now = from; now < until;) {
    const { phase, session, since, until: end, tradingDate, uncross } = phaseAt("us_equities", now);
    lines.push(
      [wallClock(since), `${phase}/${session}`, ...(uncross ? [uncross] : []), tradingDate.slice(5)].join(" "),
    );
    now = end ?? until;
  }
  return lines;
}

test("MK-4: a week begins on Sunday evening and ends on Friday evening; a half day ends three hours earlier", () => {
  expect(schedule(at("2026-11-25T20:00-05:00"), at("2026-11-30T05:00-05:00"))).toEqual([
    "Wed 20:00:00 closed/closed 11-27",
    "Thu 20:00:00 continuous/overnight 11-27",
    "Fri 04:00:00 continuous/pre 11-27",
    "Fri 09:25:00 pre_open/regular 11-27",
    "Fri 09:28:00 opening_auction/regular 11-27",
    "Fri 09:30:00 continuous/regular opening 11-27",
    "Fri 13:00:00 closing_auction/regular 11-27",
    "Fri 13:00:05 continuous/post closing 11-27",
    "Fri 17:00:00 closed/closed 11-27",
    "Sun 20:00:00 continuous/overnight 11-30",
    "Mon 04:00:00 continuous/pre 11-30",
  ]);
  expect(schedule(at("2026-11-18T16:00-05:00"), at("2026-11-19T04:00-05:00"))).toEqual([
    "Wed 16:00:00 closing_auction/regular 11-18",
    "Wed 16:00:05 continuous/post closing 11-18",
    "Wed 20:00:00 continuous/overnight 11-19",
  ]);
});

test("MK-4: every instant has exactly one phase, and each phase ends where the next one begins", () => {
  fc.assert(
    fc.property(instant, (now) => {
      const phase = phaseAt("us_equities", now);
      const until = phase.until ?? Number.NaN;
      expect(phase.since).toBeLessThanOrEqual(now);
      expect(until).toBeGreaterThan(now);
      // Both ends have the same phase; the trading date may change only while the market is closed.
      expect(phaseAt("us_equities", phase.since)).toEqual({ ...phase, tradingDate: expect.any(String) });
      expect(phaseAt("us_equities", until - 1)).toEqual({ ...phase, tradingDate: expect.any(String) });
      const next = nextPhase("us_equities", now);
      expect(next?.since).toBe(until);
      expect(`${next?.phase}/${next?.session}`).not.toBe(`${phase.phase}/${phase.session}`);
      expect((next?.tradingDate ?? "") >= phase.tradingDate).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("MK-4: on the weekends when clocks change the week begins at 20:00 and opens at 9:30 of the new time", () => {
  for (const [sunday, offset] of [
    ["2026-03-08", "-04:00"],
    ["2026-11-01", "-05:00"],
  ] as const) {
    const monday = new Date(at(`${sunday}T00:00Z`) + DAY).toISOString().slice(0, 10);
    const closed = phaseAt("us_equities", at(`${sunday}T02:30-05:00`));
    expect(closed).toMatchObject({ phase: "closed", until: at(`${sunday}T20:00${offset}`), tradingDate: monday });
    expect(regularHours("us_equities", at(`${sunday}T12:00Z`)).nextOpen).toBe(at(`${monday}T09:30${offset}`));
  }
});

test("MK-4: around the clock there is one phase without end, and a trading day ends at 20:00", () => {
  const now = at("2026-11-21T21:00-05:00");
  expect(phaseAt("always", now)).toMatchObject({ phase: "continuous", session: "regular", until: null });
  expect(phaseAt("always", now).tradingDate).toBe("2026-11-22");
  expect(nextPhase("always", now)).toBeNull();
});

test("MK-5: each time of day has a row of the order matrix", () => {
  const rows = ["03:59", "04:00", "09:25", "09:29", "09:30", "15:59", "16:00", "16:01", "19:59", "20:00"].map((time) =>
    orderSession("us_equities", at(`2026-11-18T${time}-05:00`)),
  );
  const afternoon = ["regular", "regular", "closing", "post", "post", "overnight"];
  expect(rows).toEqual(["overnight", "pre", "opening", "opening", ...afternoon]);
  expect(orderSession("us_equities", at("2026-11-21T12:00-05:00"))).toBe("closed");
  expect(orderSession("always", at("2026-11-21T12:00-05:00"))).toBe("always");
});

test("MK-6: a day order is for the current or next regular hours, and expires a minute after their close", () => {
  const ends = (now: string) => orderExpiry("us_equities", "day", false, at(now));
  const wednesday = at("2026-11-18T16:01-05:00");
  expect(ends("2026-11-17T21:00-05:00")).toBe(wednesday);
  expect(ends("2026-11-18T12:00-05:00")).toBe(wednesday);
  expect(ends("2026-11-18T16:00:04.999-05:00")).toBe(wednesday);
  expect(ends("2026-11-18T16:00:05-05:00")).toBe(at("2026-11-19T16:01-05:00"));
  // After Wednesday's close comes Thanksgiving, then a half day.
  expect(ends("2026-11-25T18:00-05:00")).toBe(at("2026-11-27T13:01-05:00"));
  expect(ends("2026-11-27T13:00:05-05:00")).toBe(at("2026-11-30T16:01-05:00"));
  expect(orderExpiry("always", "day", false, at("2026-11-25T18:00-05:00"))).toBe(at("2026-11-25T20:00-05:00"));
});

test("MK-6: an extended day order expires with the last session of its trading day", () => {
  const ends = (now: string) => orderExpiry("us_equities", "day", true, at(now));
  expect(ends("2026-11-18T03:00-05:00")).toBe(at("2026-11-18T20:00-05:00"));
  expect(ends("2026-11-18T19:59-05:00")).toBe(at("2026-11-18T20:00-05:00"));
  expect(ends("2026-11-18T20:00-05:00")).toBe(at("2026-11-19T20:00-05:00"));
  expect(ends("2026-11-27T14:00-05:00")).toBe(at("2026-11-27T17:00-05:00"));
  expect(ends("2026-11-22T20:30-05:00")).toBe(at("2026-11-23T20:00-05:00"));
});

test("MK-6: auction orders expire after their auction; gtc, ioc, fok and gtd have no expiry of the schedule", () => {
  const now = at("2026-11-17T19:30-05:00");
  expect(orderExpiry("us_equities", "opg", false, now)).toBe(at("2026-11-18T16:01-05:00"));
  expect(orderExpiry("us_equities", "cls", false, now)).toBe(at("2026-11-18T20:00-05:00"));
  for (const timeInForce of ["gtc", "gtd", "ioc", "fok"] as const) {
    expect(orderExpiry("us_equities", timeInForce, false, now)).toBeNull();
  }
});

test("MK-6: an expiry is after the order's arrival, and after the uncross of its session", () => {
  const timeInForce = fc.constantFrom("day" as const, "opg" as const, "cls" as const);
  fc.assert(
    fc.property(instant, timeInForce, fc.boolean(), (now, tif, extended) => {
      const end = orderExpiry("us_equities", tif, extended, now) ?? Number.NaN;
      expect(end).toBeGreaterThan(now);
      if (!extended || tif !== "day") {
        const last = phaseAt("us_equities", end - 1);
        expect([last.session, last.uncross]).toEqual(["post", "closing"]);
      }
    }),
  );
});

test("MK-7: opg orders are accepted from 19:00 to 9:28, cls orders until ten minutes before the close", () => {
  const window = (tif: "opg" | "cls", now: string) => {
    const found = auctionWindow("us_equities", tif, at(now));
    return found && [found.accepting, wallClock(found.from), wallClock(found.until)];
  };
  expect(window("opg", "2026-11-18T09:27:59.999-05:00")).toEqual([true, "Tue 19:00:00", "Wed 09:28:00"]);
  expect(window("opg", "2026-11-18T09:28-05:00")).toEqual([false, "Wed 19:00:00", "Thu 09:28:00"]);
  expect(window("opg", "2026-11-18T18:59:59-05:00")).toEqual([false, "Wed 19:00:00", "Thu 09:28:00"]);
  expect(window("opg", "2026-11-18T19:00-05:00")).toEqual([true, "Wed 19:00:00", "Thu 09:28:00"]);
  // Over a weekend the window stays open.
  expect(window("opg", "2026-11-21T12:00-05:00")).toEqual([true, "Fri 19:00:00", "Mon 09:28:00"]);
  expect(window("cls", "2026-11-18T15:49:59-05:00")).toEqual([true, "Tue 19:00:00", "Wed 15:50:00"]);
  expect(window("cls", "2026-11-18T15:50-05:00")).toEqual([false, "Wed 19:00:00", "Thu 15:50:00"]);
  expect(window("cls", "2026-11-27T12:49-05:00")).toEqual([true, "Wed 19:00:00", "Fri 12:50:00"]);
  expect(auctionWindow("always", "opg", at("2026-11-18T09:00-05:00"))).toBeNull();
});

test("MK-8: regular hours are from 9:30 to 16:00, and the next ones skip weekends and follow half days", () => {
  const hours = (now: string) => {
    const { isOpen, nextOpen, nextClose } = regularHours("us_equities", at(now));
    return [isOpen, wallClock(nextOpen), wallClock(nextClose)];
  };
  expect(hours("2026-11-18T09:29:59-05:00")).toEqual([false, "Wed 09:30:00", "Wed 16:00:00"]);
  expect(hours("2026-11-18T09:30-05:00")).toEqual([true, "Thu 09:30:00", "Wed 16:00:00"]);
  expect(hours("2026-11-18T16:00-05:00")).toEqual([false, "Thu 09:30:00", "Thu 16:00:00"]);
  expect(hours("2026-11-26T12:00-05:00")).toEqual([false, "Fri 09:30:00", "Fri 13:00:00"]);
  expect(hours("2026-11-27T12:59-05:00")).toEqual([true, "Mon 09:30:00", "Fri 13:00:00"]);
});

test("MK-8: a day's hours are those of the calendar", () => {
  const day = at("2026-11-27T00:00Z") / DAY;
  expect(hoursOf("us_equities", day)).toEqual({ open: 570, close: 780, sessionOpen: 240, sessionClose: 1020 });
  expect(hoursOf("us_equities", day - 1)).toBeNull();
  expect(hoursOf("us_equities", day - 2)).toEqual({ open: 570, close: 960, sessionOpen: 240, sessionClose: 1200 });
  expect(hoursOf("always", day - 1)).toEqual({ open: 0, close: 1200, sessionOpen: 1200, sessionClose: 1200 });
});
