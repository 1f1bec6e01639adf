/** Statements over HTTP: the list, CSV and PDF, and the tax report. */
import { strFromU8, unzlibSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { dayOf, HOUR, newYorkInstant } from "../../domain/market/newYork.ts";
import type { StoredActivity } from "../../protocol/rpc/activities.ts";
import { account, answerOf, book, tokenOf, trade } from "./fakes.ts";
import { ACTIVITIES, MOVEMENTS, TRADER, VIEW } from "./samples.ts";

const TODAY = dayOf(2026, 11, 24);
const at = (day: number, hour = 12): number => newYorkInstant(day, hour * HOUR);
const OPENED = at(dayOf(2026, 9, 15), 9);
const SHARE = 1_000_000;

const [FILL, DEPOSIT] = ACTIVITIES as [StoredActivity, StoredActivity];
const bought = {
  ...FILL,
  at: at(dayOf(2026, 10, 5)),
  tradedAt: at(dayOf(2026, 10, 5)),
  cash: 1_070_000,
} as StoredActivity;
const fees = [{ code: "taker", amount: 10_000 }];
const lots = [{ lotId: 1, acquiredAt: at(dayOf(2026, 10, 5)), quantity: 200_000, cost: 540_000, proceeds: 500_000 }];
const washSales = [{ disposalId: 1, lotId: 1, replacedBy: 2, quantity: 100_000, disallowed: 20_000 }];
const soldAt = at(dayOf(2026, 10, 30));
const sold = {
  ...bought,
  id: `${bought.id}s`,
  side: "sell",
  at: soldAt,
  tradedAt: soldAt,
  qty: 200_000,
  cash: 500_000,
};
const sale = { ...sold, lots, washSales, disposalId: 1, fees } as StoredActivity;
const odd = { ...DEPOSIT, at: at(dayOf(2026, 10, 1)), description: "Deposit =1+1 \u{1f680}" } as StoredActivity;
const late = { ...odd, at: at(dayOf(2026, 10, 31), 21) } as StoredActivity;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: at(TODAY) });
  const trades = [{ symbol: "AAPL", qty: 200_000, bought: 1_070_000, sold: 500_000, realized: -40_000, fees: 10_000 }];
  account.movements.mockResolvedValue({
    ...MOVEMENTS,
    cash: 11_765_600,
    lots: [["AAPL", 200_000]],
    createdAt: OPENED,
    since: OPENED,
    movements: [
      [dayOf(2026, 10, 1), 12_345_600, 0, [["CSD", null, 12_345_600, 0]], []],
      [
        dayOf(2026, 10, 30),
        -580_000,
        10_000,
        [],
        trades.map((of) => [of.symbol, of.qty, of.bought, of.sold, of.realized, of.fees] as const),
      ],
    ],
  });
  const positions = [{ symbol: "AAPL", qty: 200_000, available: 200_000, costBasis: 540_000 }];
  account.summary.mockResolvedValue({ ...VIEW, createdAt: OPENED, cash: 11_765_600, positions });
  account.activities.mockResolvedValue({ activities: [odd, bought, sale, late], more: false, since: OPENED });
  book.closes.mockResolvedValue({ at: Float64Array.of(dayOf(2026, 10, 30)), price: Float64Array.of(2_600_000) });
});
afterEach(() => {
  vi.useRealTimers();
  for (const mock of [account.movements, account.summary, account.activities, book.closes]) mock.mockReset();
});

/** The texts that a PDF draws, in their sequence. */
function textsIn(pdf: Uint8Array): string[] {
  const source = Buffer.from(pdf).toString("latin1");
  const streams = [...source.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].flatMap(([, body = ""]) => {
    try {
      return [strFromU8(unzlibSync(Buffer.from(body, "latin1")), true)];
    } catch {
      return [];
    }
  });
  const drawn = streams.flatMap((stream) => [...stream.matchAll(/<([0-9A-F]*)> Tj/g)].map(([, hex = ""]) => hex));
  return drawn.map((hex) => Buffer.from(hex, "hex").toString("latin1"));
}

/** A file: its text, and its headers. */
async function file(path: string): Promise<{ status: number; bytes: Uint8Array; text: string; headers: Headers }> {
  const headers = { Authorization: `Bearer ${await tokenOf(TRADER)}` };
  const response = await answerOf(path, { headers });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, bytes, text: new TextDecoder().decode(bytes), headers: response.headers };
}

test("AC-88: there are statements from the month in which the record begins to the present one", async () => {
  const { body } = await trade("GET", "/v1/account/statements");
  const { statements } = body as { statements: { month: string; is_over: boolean; csv: string; pdf: string }[] };
  expect(statements.map(({ month, is_over: isOver }) => [month, isOver])).toEqual([
    ["2026-11", false],
    ["2026-10", true],
    ["2026-09", true],
  ]);
  expect(statements[1]).toMatchObject({
    csv: "/v1/account/statements/2026-10.csv",
    pdf: "/v1/account/statements/2026-10.pdf",
  });
});

describe("AC-88: the statement of a month", () => {
  test("as CSV has both balances, the activities of its trading days, and what changed the cash", async () => {
    const { status, text, headers } = await file("/v1/account/statements/2026-10.csv");
    expect(status).toBe(200);
    expect(headers.get("Content-Disposition")).toBe('attachment; filename="statement-2026-10.csv"');
    const lines = text.trimEnd().split("\r\n");
    expect(lines[0]).toBe(
      "section,date,activity_id,type,symbol,side,qty,price,amount,fees,cost_basis,value,description",
    );
    expect(lines.slice(1)).toEqual([
      "opening,2026-09-30,,cash,,,,,0,,,0,",
      "opening,2026-09-30,,total,,,,,,,,0,",
      `activity,2026-10-01,${DEPOSIT.id},CSD,,,,,1234.56,,,,Deposit =1+1 \u{1f680}`,
      `activity,2026-10-05,${FILL.id},FILL,AAPL,buy,0.4,267.5,-107,,,,`,
      `activity,2026-10-30,${sale.id},FILL,AAPL,sell,0.2,267.5,50,1,,,`,
      "closing,2026-10-31,,cash,,,,,1176.56,,,1176.56,",
      "closing,2026-10-31,,position,AAPL,,0.2,260,,,54,52,",
      "closing,2026-10-31,,total,,,,,,,,1228.56,",
      ...["deposits,,,,,1234.56", "withdrawals,,,,,0", "journalled,,,,,0", "sold,,,,,50", "bought,,,,,-107"].map(
        (total) => `total,2026-10-31,,${total},,,,`,
      ),
      ...["fees,,,,,-1", "realised_gains,,,,,-4", "interest,,,,,0"].map((total) => `total,2026-10-31,,${total},,,,`),
    ]);
  });

  test("as PDF is made of any text", async () => {
    const { status, bytes, text, headers } = await file("/v1/account/statements/2026-10.pdf");
    expect(status).toBe(200);
    expect(headers.get("Content-Type")).toBe("application/pdf");
    expect(text.startsWith("%PDF-1.")).toBe(true);
    expect(text.trimEnd().endsWith("%%EOF")).toBe(true);
    const drawn = textsIn(bytes);
    expect(drawn).toContain("Account statement 2026-10");
    expect(drawn).toEqual(expect.arrayContaining(["1,228.56", "-107.00", "267.50", "FILL sell", "2026-10-30"]));
    expect(drawn.filter((each) => each.includes("Deposit =1+1"))).toEqual(["  Deposit =1+1 ?"]);
    expect(drawn.at(-1)).toMatch(/Page 1 of 1$/);
  });

  test.each(["2026-12.csv", "2026-08.pdf", "2026-13.csv", "2026-10.xls", "10.csv"])("%s is not there", async (name) => {
    const { status, body } = await trade("GET", `/v1/account/statements/${name}`);
    expect({ status, body }).toMatchObject({ status: 404, body: { code: 40410000, reason: "statement_not_found" } });
  });

  test("is read again when the account has traded in between, and is unavailable when that does not end", async () => {
    const [{ positions = [] } = {}] = [await account.summary()].map((view) => view ?? undefined);
    account.summary.mockResolvedValueOnce({ ...VIEW, positions: positions.map((of) => ({ ...of, qty: SHARE })) });
    expect((await file("/v1/account/statements/2026-10.csv")).status).toBe(200);
    account.summary.mockResolvedValue({ ...VIEW, positions: [] });
    expect((await file("/v1/account/statements/2026-10.csv")).status).toBe(503);
  });
});

describe("RL-2: a file costs what it takes", () => {
  const tokens = () =>
    account.metered.mock.calls.map(([, method, args]) => [method, method === "takeTokens" ? args[0] : 1]);
  const page = (rows: number, nth: number) =>
    Array.from({ length: rows }, (_, row) => ({ ...odd, id: `${nth}-${row}` }));
  beforeEach(() => void account.metered.mockClear());

  test("each page of activities a token, also of the tax report and the export", async () => {
    for (const path of ["statements/2026-10.csv", "tax/2026.csv", "activities/export?format=csv"]) {
      account.metered.mockClear();
      for (const nth of [1, 2])
        account.activities.mockResolvedValueOnce({ activities: page(1, nth), more: true, since: 1 });
      await file(`/v1/account/${path}`);
      expect([path, tokens().filter(([method]) => method === "activities")]).toEqual([
        path,
        [1, 2, 3].map(() => ["activities", 1]),
      ]);
    }
  });

  test("each 50 rows on paper a token, before they are drawn", async () => {
    account.activities.mockResolvedValue({ activities: page(1_000, 1), more: true, since: OPENED });
    expect((await file("/v1/account/statements/2026-10.pdf")).status).toBe(200);
    // 2,000 activities, and the rows of the summary and of the positions.
    expect(tokens().at(-1)).toEqual(["takeTokens", 41]);
    account.activities.mockResolvedValue({ activities: [sale], more: false, since: OPENED });
    await file("/v1/account/tax/2026.pdf");
    expect(tokens().at(-1)).toEqual(["takeTokens", 1]);
    const rate = { limit: 200, remaining: 0, resetAt: 1, retryAfterMs: 30_000 };
    const metered = account.metered.getMockImplementation();
    account.metered.mockImplementation(async (...call) => {
      if (call[1] === "takeTokens") return { refused: true, rate };
      return metered === undefined ? { refused: true, rate } : metered(...call);
    });
    const { status, headers } = await file("/v1/account/tax/2026.pdf");
    if (metered !== undefined) account.metered.mockImplementation(metered);
    expect([status, headers.get("Retry-After")]).toEqual([429, "30"]);
  });
});

describe("AC-89: the tax report", () => {
  test("as CSV has each lot that was sold", async () => {
    const { text, headers } = await file("/v1/account/tax/2026.csv");
    expect(headers.get("Content-Disposition")).toBe('attachment; filename="realised-gains-2026.csv"');
    expect(text.trimEnd().split("\r\n")).toEqual([
      "symbol,lot,qty,acquired,sold,proceeds,cost_basis,gain,term,wash_sale,wash_sale_qty,disallowed",
      "AAPL,1,0.2,2026-10-05,2026-10-30,50,54,-4,short,yes,0.1,2",
    ]);
    expect(account.activities.mock.lastCall?.[0]).toMatchObject({
      types: ["FILL"],
      afterMicros: newYorkInstant(dayOf(2026, 1, 1), 0) * 1_000 - 1,
      untilMicros: newYorkInstant(dayOf(2027, 2, 1), 0) * 1_000,
    });
  });

  test("as PDF", async () => {
    const { status, text } = await file("/v1/account/tax/2026.pdf");
    expect([status, text.slice(0, 5)]).toEqual([200, "%PDF-"]);
  });

  test.each(["2027.csv", "2025.pdf", "2026.txt", "26.csv"])("%s is not there", async (name) => {
    expect((await trade("GET", `/v1/account/tax/${name}`)).status).toBe(404);
  });
});
