import { expect, test } from "vitest";
import { tradingDayOf } from "../../domain/market/session.ts";
import { asAdminGet, send, trade } from "./fakes.ts";
import { UNAUTHORIZED } from "./samples.ts";
import { euHouse, house } from "./transferFakes.ts";

const PATH = "/v1/admin/fees/house";

test("PF-53: administrators read what all house accounts of the regions have received, by day and kind", async () => {
  const reply = await asAdminGet(`${PATH}?since=2026-11-29&until=2026-11-30`);
  expect(reply).toMatchObject({ status: 200 });
  expect(reply.body).toEqual({
    balance: { total: "20.48", exchange: "20", regulatory: { sec: "0.48" } },
    days: [
      { date: "2026-11-30", total: "24.48", exchange: "24", regulatory: { sec: "0.48" }, accounts: 32 },
      { date: "2026-11-29", total: "-4", exchange: "-4", regulatory: {}, accounts: 16 },
    ],
  });
  expect(house.fees.mock.calls).toHaveLength(16);
  expect(euHouse.fees.mock.calls).toHaveLength(4);
  expect(house.fees.mock.calls[0]).toEqual([20_786, 20_787]);
});

test("PF-53: a region alone is asked alone; without dates it is the last 31 days, without an end until today", async () => {
  expect(await asAdminGet(`${PATH}?region=eu`)).toMatchObject({
    status: 200,
    body: { balance: { total: "0", exchange: "0", regulatory: {} }, days: [] },
  });
  expect(house.fees).not.toHaveBeenCalled();
  const today = tradingDayOf(Date.now());
  expect(euHouse.fees.mock.calls).toEqual(Array.from({ length: 4 }, () => [today - 30, today]));
  euHouse.fees.mockClear();
  const since = new Date((today - 3) * 86_400_000).toISOString().slice(0, 10);
  expect(await asAdminGet(`${PATH}?region=eu&since=${since}`)).toMatchObject({ status: 200 });
  expect(euHouse.fees.mock.calls).toEqual(Array.from({ length: 4 }, () => [today - 3, today]));
});

test.each([
  "region=mars",
  "since=2026-13-01&until=2026-11-30",
  "since=2020-11-30",
  "since=2999-01-01",
  "since=2026-11-30&until=2026-11-29",
  "since=2025-11-28&until=2026-11-30",
  "day=2026-11-30",
])("PF-53: a wrong query is refused and asks nobody: %s", async (query) => {
  expect(await asAdminGet(`${PATH}?${query}`)).toMatchObject({ status: 422 });
  expect(house.fees).not.toHaveBeenCalled();
});

test("PF-53: traders and clients without a credential read nothing", async () => {
  expect(await send("GET", PATH)).toMatchObject({ status: 401, body: UNAUTHORIZED });
  expect(await trade("GET", PATH)).toMatchObject({ status: 403 });
  expect(house.fees).not.toHaveBeenCalled();
});
