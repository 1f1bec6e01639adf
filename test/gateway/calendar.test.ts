import { expect, test } from "vitest";
import { app, env, keyId, lines, trade } from "./fakes.ts";

/** A trader's request to a gateway with this calendar. */
async function under(calendar: string, path: string): Promise<{ status: number; body: unknown }> {
  const headers = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" };
  const response = await app.request(
    `http://exchange.test${path}`,
    { headers },
    { ...env(), MARKET_CALENDAR: calendar },
  );
  return { status: response.status, body: await response.json() };
}

const NOVEMBER = "/v2/calendar?start=2026-11-26&end=2026-11-27";

test("MK-8: the calendar of the deployment is used", async () => {
  const friday = {
    date: "2026-11-27",
    open: "09:30",
    close: "13:00",
    session_open: "0400",
    session_close: "1700",
    settlement_date: "2026-11-30",
  };
  expect(await under("us_equities", NOVEMBER)).toEqual({ status: 200, body: [friday] });
  expect(await under("always", NOVEMBER)).toMatchObject({
    body: [
      { date: "2026-11-26", open: "00:00", close: "20:00" },
      { date: "2026-11-27", open: "00:00", close: "20:00" },
    ],
  });
});

test("MK-8: the clock follows the calendar", async () => {
  expect(await trade("GET", "/v2/clock")).toMatchObject({ status: 200, body: { is_open: true } });
  const { body } = await under("us_equities", "/v2/clock");
  const {
    is_open: isOpen,
    next_open: open,
    next_close: close,
  } = body as Record<"next_open" | "next_close", string> & {
    is_open: boolean;
  };
  expect(open.slice(10, 23)).toBe("T09:30:00.000");
  expect(["T16:00:00.000", "T13:00:00.000"]).toContain(close.slice(10, 23));
  expect(Date.parse(close) < Date.parse(open)).toBe(isOpen);
});

test("MK-8: invalid dates are refused, and so is an unknown calendar", async () => {
  expect(await trade("GET", "/v2/calendar?start=tomorrow")).toMatchObject({ status: 422 });
  expect(await under("nyse", "/v2/clock")).toMatchObject({ status: 500 });
  expect(lines.join()).toContain("MARKET_CALENDAR is");
});
