/** Activities over HTTP: the shapes, the query, and the export. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { ACTIVITY_TYPES } from "../../domain/account/activities/activity.ts";
import type { ActivityFilter } from "../../protocol/rpc/activities.ts";
import { account, answerOf, tokenOf, trade } from "./fakes.ts";
import { ACTIVITIES, ORDER, TRADER } from "./samples.ts";

beforeEach(
  () => void account.activities.mockReset().mockResolvedValue({ activities: ACTIVITIES, more: false, since: 1 }),
);

const asked = (): ActivityFilter | undefined => account.activities.mock.lastCall?.[0];
const get = (query: string) => trade("GET", `/v2/account/activities${query}`);

test("AC-85: a fill and a deposit have the fields of Alpaca's", async () => {
  expect(await get("")).toMatchObject({
    status: 200,
    body: [
      {
        id: ACTIVITIES[0]?.id,
        activity_type: "FILL",
        transaction_time: "2025-10-09T08:53:20.400Z",
        type: "partial_fill",
        price: "267.5",
        qty: "0.4",
        side: "buy",
        symbol: "AAPL",
        leaves_qty: "0.6",
        order_id: ORDER.id,
        cum_qty: "0.4",
        order_status: "partially_filled",
      },
      {
        id: ACTIVITIES[1]?.id,
        activity_type: "CSD",
        date: "2025-10-09",
        created_at: "2025-10-09T08:53:20.000Z",
        net_amount: "1234.56",
        description: "Deposit =first",
        currency: "USD",
        status: "executed",
      },
    ],
  });
  expect(asked()).toEqual({
    types: null,
    afterMicros: null,
    untilMicros: null,
    direction: "desc",
    limit: 100,
    pageToken: null,
  });
});

test("AC-85: shares that were journalled in or out have their quantity, and their cost a share", async () => {
  const shares = { ...ACTIVITIES[1], type: "JNLS", cash: 0, symbol: "AAPL", qty: 2_500_000, cost: 1_000_000 } as never;
  const out = { ...ACTIVITIES[1], type: "JNLS", cash: 0, symbol: "AAPL", qty: -1_000_000, cost: -2_680_500 } as never;
  account.activities.mockResolvedValue({ activities: [shares, out], more: false, since: 1 });
  const { body } = await get("/JNLS");
  expect(body).toMatchObject([
    { activity_type: "JNLS", symbol: "AAPL", qty: "2.5", per_share_amount: "40", net_amount: "0" },
    { activity_type: "JNLS", symbol: "AAPL", qty: "-1", per_share_amount: "268.05", net_amount: "0" },
  ]);
});

describe("AC-85: the query", () => {
  test.each<[string, Partial<ActivityFilter>]>([
    ["/FILL", { types: ["FILL"] }],
    ["/fill?direction=asc&page_size=7", { types: ["FILL"], direction: "asc", limit: 7 }],
    ["?activity_types=FILL,CSW", { types: ["FILL", "CSW"] }],
    ["?activity_types=TRANS,DIV", { types: ["CSD", "CSW"] }],
    ["?activity_types=DIV", { types: [] }],
    ["?category=trade_activity", { types: ["FILL"] }],
    ["?category=non_trade_activity", { types: ACTIVITY_TYPES.filter((type) => type !== "FILL") }],
    ["?after=2026-03-01T00:00:00Z", { afterMicros: Date.UTC(2026, 2, 1) * 1_000, untilMicros: null }],
    ["?until=2026-03-01T00:00:00.0000001Z", { untilMicros: Date.UTC(2026, 2, 1) * 1_000 + 1 }],
    // The day on which New York's clocks go forward has 23 hours.
    [
      "?date=2026-03-08",
      { afterMicros: Date.UTC(2026, 2, 8, 5) * 1_000 - 1, untilMicros: Date.UTC(2026, 2, 9, 4) * 1_000 },
    ],
    ["?date=2026-03-08T00:00:00.000Z", { untilMicros: Date.UTC(2026, 2, 9, 4) * 1_000 }],
    ["?page_token=x::y", { pageToken: "x::y" }],
  ])("%s", async (query, filter) => {
    expect((await get(query)).status).toBe(200);
    expect(asked()).toMatchObject(filter);
  });

  test.each([
    ["/NOTHING", "activity_type"],
    ["?activity_types=FILL,NOTHING", "activity_types"],
    ["?category=both", "category"],
    ["?category=trade_activity&activity_types=FILL", "category"],
    ["?date=2026-02-30", "date"],
    ["?date=yesterday", "date"],
    ["?date=2026-03-08&after=2026-03-08", "date"],
    ["?after=now", "after"],
    ["?page_size=0", "page_size"],
    ["?page_size=101", "page_size"],
    ["?direction=up", "direction"],
    ["/FILL?activity_types=CSD", "activity_types"],
    ["?page=2", "page"],
  ])("%s is refused", async (query, parameter) => {
    const { status, body } = await get(query);
    expect([status, body]).toEqual([422, expect.objectContaining({ code: 40010001 })]);
    expect(String((body as { message?: unknown }).message)).toContain(parameter);
    expect(account.activities).not.toHaveBeenCalled();
  });

  test("a page token of nobody is refused", async () => {
    account.activities.mockResolvedValue({ unknown: "x" });
    expect(await get("?page_token=x")).toMatchObject({
      status: 422,
      body: { code: 40010001, message: "invalid page_token: expected the id of an activity of this account" },
    });
  });
});

/** The text of an export. */
async function exported(query: string): Promise<{ status: number; text: string; headers: Headers }> {
  const headers = { Authorization: `Bearer ${await tokenOf(TRADER, { steppedUpAt: null })}` };
  const response = await answerOf(`/v1/account/activities/export${query}`, { headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

describe("AC-86: the export", () => {
  test("is CSV with every field, and no cell is a formula", async () => {
    const { text, headers } = await exported("");
    expect(headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("Content-Disposition")).toMatch(/^attachment; filename="activities-\d{4}-\d\d-\d\d\.csv"$/);
    const lines = text.split("\r\n");
    expect(lines[0]).toBe(
      "id,activity_type,recorded_at,transaction_time,symbol,side,qty,price,net_amount,cost_basis,fees,lots,disposal,wash_sales," +
        "order_id,cum_qty,leaves_qty,order_status,trade_id,liquidity,reference,description",
    );
    expect(lines[1]).toBe(
      `${ACTIVITIES[0]?.id},FILL,2025-10-09T08:53:20.500Z,2025-10-09T08:53:20.400Z,AAPL,buy,0.4,267.5,-107,,,,,,` +
        `${ORDER.id},0.4,0.6,partially_filled,77,taker,,`,
    );
    expect(lines[2]).toContain(",1234.56,,,,,,,,,,,,'=first,Deposit =first");
    expect(lines).toHaveLength(4);
  });

  test("is read page by page, each when the reader wants it, and continues after a page token without a header", async () => {
    const [newest, oldest] = ACTIVITIES;
    if (newest === undefined || oldest === undefined) throw new Error("there are two samples");
    account.activities
      .mockResolvedValueOnce({ activities: [oldest], more: true, since: 1 })
      .mockResolvedValueOnce({ activities: [newest], more: false, since: 1 });
    const { text } = await exported(`?format=ndjson&page_token=a::b&after=2026-01-01`);
    const rows = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows).toMatchObject([
      { id: oldest.id, net_amount: "1234.56" },
      { id: newest.id, fees: null, trade_id: 77 },
    ]);
    const [first, second] = account.activities.mock.calls.map(([filter]) => filter);
    expect(first).toMatchObject({ direction: "asc", limit: 1_000, pageToken: "a::b", types: null });
    expect(second).toEqual({ ...first, pageToken: oldest.id });
    const csv = await exported("?page_token=a::b");
    expect(csv.text.startsWith(String(newest.id))).toBe(true);
  });

  test("is refused before the first byte when its query is wrong", async () => {
    expect((await exported("?format=pdf")).status).toBe(422);
    account.activities.mockResolvedValue({ unknown: "x" });
    expect((await exported("?page_token=x")).status).toBe(422);
  });
});

describe("AC-130: events of activities", () => {
  const events = async (query: string, headers: Record<string, string> = {}): Promise<Response> => {
    const authorization = { Authorization: `Bearer ${await tokenOf(TRADER)}` };
    return answerOf(`/v2beta1/events/activities${query}`, { headers: { ...authorization, ...headers } });
  };
  const past = "?since=2025-01-01&until=2026-01-01";
  const [newest, oldest] = ACTIVITIES;

  test("are server-sent events, each with the id of its activity", async () => {
    account.activities.mockResolvedValue({ activities: ACTIVITIES.toReversed(), more: false, since: 1 });
    const response = await events(past);
    expect(response.headers.get("Content-Type")).toBe("text/event-stream; charset=utf-8");
    const [retry, deposit, fill, end] = (await response.text()).split("\n\n");
    expect([retry, end]).toEqual(["retry: 1000", ": complete"]);
    const [id, data = ""] = (fill ?? "").split("\n");
    expect(id).toBe(`id: ${newest?.id}`);
    expect(JSON.parse(data.replace("data: ", ""))).toEqual({
      event_id: newest?.id,
      at: "2025-10-09T08:53:20.500Z",
      activity_type: "FILL",
      ref_id: newest?.id.split("::")[1],
      status: "executed",
      currency: "USD",
      executed_at: "2025-10-09T08:53:20.400Z",
      settle_date: "2025-10-10",
      net_amount: "-107",
      price: "267.5",
      qty: "0.4",
      details: {
        asset_id: expect.any(String),
        symbol: "AAPL",
        side: "buy",
        order_id: ORDER.id,
        order_status: "partially_filled",
        cum_qty: "0.4",
        leaves_qty: "0.6",
        execution_type: "fill",
      },
    });
    expect(deposit).toContain(`id: ${oldest?.id}\ndata: {"event_id":"${oldest?.id}"`);
    expect(deposit).toContain('"net_amount":"1234.56"');
  });

  test.each([
    ["a client that asks for JSON", { Accept: "application/json" }],
    ["the generated method of Alpaca's SDK", { Accept: "*/*", "User-Agent": "APCA-NODE/4.0.2 Node/24" }],
  ])("are one array for %s", async (_, headers) => {
    const response = await events(past, headers);
    expect(response.headers.get("Content-Type")).toBe("application/json");
    const ids = ((await response.json()) as { event_id: string }[]).map(({ event_id: id }) => id);
    expect(ids).toEqual(ACTIVITIES.map(({ id }) => id));
  });

  test("an array that lacks the rest of its range is broken off", async () => {
    const now = vi.spyOn(Date, "now").mockReturnValueOnce(Date.now());
    account.activities.mockImplementation(async () => {
      now.mockReturnValue(Date.UTC(2100, 0, 1));
      return { activities: ACTIVITIES.toReversed(), more: true, since: 1 };
    });
    const response = await events(past, { Accept: "application/json" });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow("lifetime");
    now.mockRestore();
  });

  test("begin with `since`, and a browser's Last-Event-ID goes before it", async () => {
    await (await events(past)).text();
    const bounds = { afterMicros: Date.UTC(2025, 0, 1) * 1_000 - 1, untilMicros: Date.UTC(2026, 0, 1) * 1_000 };
    expect(asked()).toEqual({ types: null, direction: "asc", limit: 100, pageToken: null, ...bounds });
    await (await events(past, { "Last-Event-ID": "a::b" })).text();
    expect(asked()).toEqual({
      types: null,
      direction: "asc",
      limit: 100,
      pageToken: "a::b",
      ...bounds,
      afterMicros: null,
    });
  });

  test.each([
    ["?since=2026-01-01&since_id=a", "since_id"],
    ["?until=2026-01-01", "until"],
    ["?until_id=a", "until_id"],
    ["?since=2026-01-01&until_id=a", "until_id"],
    ["?since=yesterday", "since"],
    ["?types=FILL", "types"],
  ])("%s is refused", async (query, parameter) => {
    const { status, body } = await trade("GET", `/v2beta1/events/activities${query}`);
    expect([status, body]).toEqual([422, expect.objectContaining({ code: 40010001 })]);
    expect(String((body as { message?: unknown }).message)).toContain(parameter);
    expect(account.activities).not.toHaveBeenCalled();
  });

  test("an id of nobody is refused before the stream begins", async () => {
    account.activities.mockResolvedValue({ unknown: "x" });
    expect(await trade("GET", "/v2beta1/events/activities?since_id=x")).toMatchObject({ status: 422 });
    expect(await trade("GET", "/v2beta1/events/activities", undefined, { "Last-Event-ID": "x" })).toMatchObject({
      status: 422,
    });
  });
});
