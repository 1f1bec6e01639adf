/** Sealed files over HTTP: who may read them, and what there is not. */
import { expect, test } from "vitest";
import { asAdminGet, send, trade } from "./fakes.ts";
import { tape } from "./transferFakes.ts";

const PATH = "/v1/audit/history/AAPL";

test("MD-79: administrators and auditors see what is sealed, and why sealing fails", async () => {
  expect(await asAdminGet(PATH)).toMatchObject({ body: { symbol: "AAPL", months: ["2026-10", "2026-11"] } });
  expect((await asAdminGet(`${PATH}/2026-11`)).body).toEqual({
    symbol: "AAPL",
    month: "2026-11",
    last_trade_id: 7,
    sealed_through: 0,
    waiting_since: null,
    failures: 0,
    error: null,
    retry_at: null,
    manifests: [],
  });
  tape.sealed.mockResolvedValueOnce({
    manifests: [],
    through: 7,
    waitingSince: 1e12,
    failures: 3,
    error: "Error: no",
    retryAt: 1e12,
  });
  const failing = await asAdminGet(`${PATH}/2026-11`);
  expect(failing.body).toMatchObject({ failures: 3, error: "Error: no", retry_at: "2001-09-09T01:46:40.000Z" });
});

test("MD-79: what there is not is 404 and makes no tape, and traders read none of it", async () => {
  tape.sealed.mockClear();
  tape.sealedFile.mockClear();
  const missing = ["2026-09", "2026-09/1/trades", "x"].map((rest) => `${PATH}/${rest}`);
  for (const path of missing) expect((await asAdminGet(path)).status).toBe(404);
  expect(tape.sealed).not.toHaveBeenCalled();
  for (const rest of ["1/other", "x/trades", "-1/trades", "1.5/bars"]) {
    expect((await asAdminGet(`${PATH}/2026-11/${rest}`)).status).toBe(404);
  }
  expect(tape.sealedFile).not.toHaveBeenCalled();
  expect((await asAdminGet(`${PATH}/2026-11/2/bars`)).status).toBe(404);
  expect(tape.sealedFile).toHaveBeenCalledExactlyOnceWith(2, "bars");
  for (const path of [PATH, `${PATH}/2026-11`, `${PATH}/2026-11/1/trades`]) {
    expect((await trade("GET", path, undefined)).status).toBe(403);
    expect((await send("GET", path, {})).status).toBe(401);
  }
});
