/** Bars of the past over HTTP: what reaches the index, what is refused, and who may. */
import { expect, test } from "vitest";
import { assetOf } from "../../domain/market/asset.ts";
import { timesOf } from "../../domain/market/bars/backfill.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { unpackBars } from "../../domain/market/bars/packedBars.ts";
import { approvals, asAdmin, lines, send, trade } from "./fakes.ts";
import { tapeIndex } from "./transferFakes.ts";

const PATH = "/v1/admin/history/AAPL/bars";
const CALENDAR = new BarCalendar(assetOf("AAPL"));
const AT = Date.parse("2025-11-20T00:00:00-05:00");
const ROW = [AT, 268, 270.5, 266.25, 269.1234, 1.5, 3, 268.123456];

const body = (...bars: readonly (readonly (number | null | string)[])[]) => ({
  timeframe: "1Day",
  source: "imported",
  bars,
});

test("MD-55: bars go packed to the index of their symbol, and the admin log has who gave them", async () => {
  const answer = await asAdmin("PUT", PATH, body(ROW, [AT + 86_400_000, 3, 3, 3, 3, 2]));
  expect(answer).toMatchObject({ status: 200, body: { symbol: "AAPL", put: 2, kept: 1 } });
  const [request] = tapeIndex.putBars.mock.lastCall ?? [];
  expect(request).toMatchObject({ period: "day", source: "imported" });
  const bars = unpackBars(request?.bars ?? new Uint8Array(), (at) => timesOf(CALENDAR, "day", at));
  expect(bars[0]).toMatchObject({ at: AT, open: 2_680_000, high: 2_705_000, low: 2_662_500, close: 2_691_234 });
  expect(bars[0]).toMatchObject({ volume: 1_500_000n, turnover: 4_021_851_840_000n, count: 3 });
  expect(bars[1]).toMatchObject({ count: 1, turnover: 60_000_000_000n });
  expect(approvals.beginAct).toHaveBeenCalledWith(
    expect.objectContaining({
      what: "history.filled",
      target: "AAPL",
      facts: expect.objectContaining({ bars: 2 }) as object,
    }),
  );
  expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
    expect.objectContaining({ event: "history.filled", symbol: "AAPL", period: "day", put: 2, kept: 1 }),
  );
});

test.each([
  ["high below low", [AT, 268, 260, 266, 267, 1], "bars.0: expected a high that no other price exceeds"],
  [
    "no day of trading",
    [Date.parse("2025-11-22T00:00:00-05:00"), 1, 1, 1, 1, 1],
    "bars.0: expected a day on which shares trade",
  ],
  ["no midnight", [AT + 1, 1, 1, 1, 1, 1], "bars.0: expected midnight in New York"],
  ["five decimals", [AT, 1.00001, 2, 1, 1, 1], "bars.0: expected prices with at most four decimals"],
  ["no volume", [AT, 1, 1, 1, 1, 0], "bars.0: expected a volume above 0"],
  ["a vwap outside", [AT, 1, 1, 1, 1, 1, 1, 1.1], "bars.0: expected a vwap from low to high"],
  ["half a trade", [AT, 1, 1, 1, 1, 1, 0.5], "bars.0: expected whole numbers for time and count"],
  ["too short", [AT, 1, 1, 1, 1], "bars.0: expected at least 6 items"],
  ["text", [AT, 1, 1, 1, "1", 1], "bars.0.4"],
])("MD-55: a bar that cannot be is refused: %s", async (_, row, message) => {
  tapeIndex.putBars.mockClear();
  const answer = await asAdmin("PUT", PATH, body(row));
  expect(answer.status).toBe(422);
  expect(JSON.stringify(answer.body)).toContain(message);
  expect(tapeIndex.putBars).not.toHaveBeenCalled();
});

test("MD-55: nobody but an administrator gives bars, and only to a listed symbol", async () => {
  tapeIndex.putBars.mockClear();
  expect((await trade("PUT", PATH, body(ROW))).status).toBe(403);
  expect((await send("PUT", PATH, { body: JSON.stringify(body(ROW)) })).status).toBe(401);
  expect((await asAdmin("PUT", PATH.replace("AAPL", "NONE"), body(ROW))).status).toBe(404);
  expect(tapeIndex.putBars).not.toHaveBeenCalled();
});
