import { expect, test } from "vitest";
import { newAccountId } from "../../protocol/ids/residency.ts";
import { account, asAdminGet, auditShard, book, send, trade } from "./fakes.ts";
import { paperBook } from "./transferFakes.ts";
import { REPORT, TRADER, UNAUTHORIZED } from "./samples.ts";

const asked = () => [account, book, auditShard].map(({ inspect }) => inspect.mock.calls.length);

test("AK-10: administrators read the report of an account, a book or an audit shard", async () => {
  for (const [path, calls] of [
    [`account/${TRADER.accountId}`, [1, 0, 0]],
    ["book/AAPL", [1, 1, 0]],
    ["book/BTC%2FUSD", [1, 2, 0]],
    ["audit/2", [1, 2, 1]],
  ] as const) {
    expect(await asAdminGet(`/v1/admin/actors/${path}`)).toMatchObject({ status: 200, body: REPORT });
    expect(asked()).toEqual(calls);
  }
  expect(await asAdminGet("/v1/admin/actors/transfers/world")).toMatchObject({
    status: 200,
    body: { address: "transfers/world" },
  });
  expect((await asAdminGet("/v1/admin/actors/transfers/mars")).status).toBe(422);
});

test("AK-10, PA-14: and the report of a paper book or a paper account", async () => {
  const paper = newAccountId("world", "paper");
  for (const path of ["paper-book/AAPL", `paper-account/${paper}`, `account/${paper}`]) {
    expect(await asAdminGet(`/v1/admin/actors/${path}`)).toMatchObject({ status: 200, body: REPORT });
  }
  expect([
    paperBook.inspect.mock.calls.length,
    account.inspect.mock.calls.length,
    book.inspect.mock.calls.length,
  ]).toEqual([1, 2, 0]);
  for (const path of ["paper-book/NOPE", `paper-account/${TRADER.accountId}`, "paper-account/me"]) {
    expect((await asAdminGet(`/v1/admin/actors/${path}`)).status).toBe(404);
  }
});

test("AK-10: other roles are refused", async () => {
  expect(await send("GET", "/v1/admin/actors/book/AAPL")).toMatchObject({ status: 401, body: UNAUTHORIZED });
  expect(await trade("GET", "/v1/admin/actors/book/AAPL")).toMatchObject({ status: 403 });
  expect(asked()).toEqual([0, 0, 0]);
});

test.each([
  ["account/me", 404],
  ["book/NOPE", 404],
  ["audit/3", 422],
  ["audit/x", 422],
  ["relay/1", 422],
])("AK-10: an actor that there is not is not asked, because that would make it: %s", async (path, status) => {
  expect(await asAdminGet(`/v1/admin/actors/${path}`)).toMatchObject({ status });
  account.summary.mockResolvedValueOnce(null);
  expect(await asAdminGet(`/v1/admin/actors/account/${TRADER.accountId}`)).toMatchObject({ status: 404 });
  expect(asked()).toEqual([0, 0, 0]);
});

test("AK-10: an unreachable actor is 503 with Retry-After", async () => {
  book.inspect.mockRejectedValueOnce(new Error("the object is restarting"));
  expect(await asAdminGet("/v1/admin/actors/book/AAPL")).toMatchObject({ status: 503 });
});
