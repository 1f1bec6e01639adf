/** Tax lots and realised gains over HTTP: the shapes and the query. */
import { beforeEach, describe, expect, test } from "vitest";
import { account, trade } from "./fakes.ts";
import { ORDER } from "./samples.ts";

const AT = Date.UTC(2026, 10, 30, 15);
const LOT = {
  lotId: 7,
  acquiredAt: AT,
  source: "migrated",
  quantity: 1_500_000,
  cost: 1_000_000,
  replaced: 0,
} as const;
const LOTS = { quantity: 4_000_000, cost: 3_000_000, lots: [LOT], before: 500_000, next: "1-7" };

beforeEach(() => {
  account.lots.mockReset().mockResolvedValue(LOTS);
  account.realized.mockReset().mockResolvedValue({ lines: [], next: null });
});

test("PF-14: lots of a position have their cost, and their value at the price of now", async () => {
  const { status, body } = await trade("GET", "/v1/portfolio/lots?symbol=AAPL&page_size=5&page_token=x");
  expect(status).toBe(200);
  const { current_price: price, lots } = body as { current_price: string; lots: { market_value: string }[] };
  expect(body).toMatchObject({ symbol: "AAPL", qty: "4", cost_basis: "300", next_page_token: "1-7" });
  const value = Number(lots[0]?.market_value);
  expect(value).toBeCloseTo(1.5 * Number(price), 3);
  expect(lots).toMatchObject([
    {
      lot_id: 7,
      acquired_at: "2026-11-30T15:00:00.000Z",
      source: "migrated",
      qty: "1.5",
      cost_basis: "100",
      unrealized_pl: String(Math.round((value - 100) * 10_000) / 10_000),
      term: expect.stringMatching(/^(short|long)$/),
    },
  ]);
  expect(account.lots).toHaveBeenCalledWith({ symbol: "AAPL", limit: 5, pageToken: "x" });
});

test("PF-14: what was realised has a disposal for each lot, and wash sales", async () => {
  const lot = { symbol: "AAPL", disposalId: 3, lotId: 7, quantity: 1_500_000 };
  const sale = { kind: "disposal", orderId: ORDER.id, acquiredAt: AT, soldAt: AT + 400 * 86_400_000 } as const;
  const wash = { kind: "wash_sale", at: AT, replacedBy: 9, disallowed: 12_345 } as const;
  account.realized.mockResolvedValue({
    lines: [
      { ...sale, ...lot, cost: 1_000_000, proceeds: 999_000 },
      { ...wash, ...lot },
    ],
    next: "t",
  });
  expect(
    await trade("GET", "/v1/portfolio/realized?symbol=AAPL&after=2026-01-01&until=2027-01-01T00:00:00Z"),
  ).toMatchObject({
    status: 200,
    body: {
      items: [
        {
          type: "disposal",
          symbol: "AAPL",
          disposal_id: 3,
          lot_id: 7,
          order_id: ORDER.id,
          acquired_at: "2026-11-30T15:00:00.000Z",
          transaction_time: "2028-01-04T15:00:00.000Z",
          qty: "1.5",
          cost_basis: "100",
          proceeds: "99.9",
          gain: "-0.1",
          term: "long",
        },
        {
          type: "wash_sale",
          symbol: "AAPL",
          disposal_id: 3,
          lot_id: 7,
          replaced_by: 9,
          transaction_time: "2026-11-30T15:00:00.000Z",
          qty: "1.5",
          disallowed_loss: "1.2345",
        },
      ],
      next_page_token: "t",
    },
  });
  expect(account.realized).toHaveBeenCalledWith({
    symbol: "AAPL",
    afterMicros: Date.UTC(2026, 0, 1) * 1_000,
    untilMicros: Date.UTC(2027, 0, 1) * 1_000,
    limit: 100,
    pageToken: null,
  });
});

describe("PF-14: a wrong query", () => {
  test.each([
    ["lots", "symbol"],
    ["lots?symbol=", "symbol"],
    ["lots?symbol=AAPL&page_size=1001", "page_size"],
    ["realized?until=soon", "until"],
    ["realized?side=sell", "side"],
  ])("%s is refused and names %s", async (query, parameter) => {
    const { status, body } = await trade("GET", `/v1/portfolio/${query}`);
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain(parameter);
    expect(account.lots).not.toHaveBeenCalled();
    expect(account.realized).not.toHaveBeenCalled();
  });

  test("of a symbol that does not exist, or a page of another account, is refused", async () => {
    for (const route of ["lots", "realized"]) {
      expect((await trade("GET", `/v1/portfolio/${route}?symbol=NOPE`)).status).toBe(422);
    }
    account.lots.mockResolvedValue({ unknown: "x" });
    account.realized.mockResolvedValue({ unknown: "x" });
    for (const route of ["lots?symbol=F&page_token=x", "realized?page_token=x"]) {
      const { status, body } = await trade("GET", `/v1/portfolio/${route}`);
      expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining("page_token")]);
    }
  });
});
