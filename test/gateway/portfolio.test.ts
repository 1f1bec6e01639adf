import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { dayOf, HOUR, MINUTE, newYorkInstant } from "../../domain/market/newYork.ts";
import type { SavedMovement } from "../../domain/portfolio/history/movement.ts";
import type { WirePortfolioHistory } from "../../protocol/wire/portfolio.ts";
import { account, app, book, env, keyId, trade } from "./fakes.ts";
import { MOVEMENTS, ORDER, VIEW } from "./samples.ts";

const PATH = "/v2/account/portfolio/history";
/** Tuesday, noon in New York. The market trades around the clock, and its day ends at 20:00. */
const TODAY = dayOf(2026, 11, 24);
const NOON = newYorkInstant(TODAY, 12 * HOUR);
const label = (day: number): number => newYorkInstant(day, 0) / 1_000;

const series = (...pairs: readonly (readonly [at: number, price: number])[]) => {
  return { at: Float64Array.from(pairs, ([at]) => at), price: Float64Array.from(pairs, ([, price]) => price) };
};
const deposit = (day: number, cash: number): SavedMovement => [day, cash, 0, [["CSD", null, cash, 0]], []];
const bought = (day: number, qty: number, cash: number): SavedMovement => {
  return [day, -cash, 0, [], [["BTC/USD", qty, cash, 0, 0, 0]]];
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
  // A coin for 300 dollars on Sunday, of 1,000 deposited on Saturday; 500 more on Monday.
  account.movements.mockResolvedValue({
    ...MOVEMENTS,
    cash: 12_000_000,
    lots: [["BTC/USD", 100_000_000]],
    createdAt: newYorkInstant(TODAY - 3, 9 * HOUR),
    since: newYorkInstant(TODAY - 3, 9 * HOUR),
    movements: [
      deposit(TODAY - 3, 10_000_000),
      bought(TODAY - 2, 100_000_000, 3_000_000),
      deposit(TODAY - 1, 5_000_000),
    ],
  });
  book.closes.mockResolvedValue(series([TODAY - 2, 3_100_000], [TODAY - 1, 3_300_000]));
  book.top.mockResolvedValue({ symbol: "BTC/USD", bid: null, ask: null, last: LAST, sequence: 0, at: 0 });
});
const NO_QUOTE = { bid: null, ask: null, sequence: 0, at: 0 };
const LAST = { tradeId: 1, price: 3_250_000, qty: 1, at: 0 };
afterEach(() => {
  vi.useRealTimers();
  for (const mock of [account.movements, account.movementSteps, book.closes, book.prices, book.top]) mock.mockClear();
});

async function history(query: string): Promise<WirePortfolioHistory> {
  const { status, body } = await trade("GET", `${PATH}?${query}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as WirePortfolioHistory;
}

test("EQ-5, EQ-6: days from the opening on; deposits are no profit; today has the present price", async () => {
  expect(await history("period=1M&timeframe=1D&cashflow_types=ALL")).toEqual({
    timestamp: [TODAY - 3, TODAY - 2, TODAY - 1, TODAY].map(label),
    equity: [1_000, 1_010, 1_530, 1_525],
    profit_loss: [0, 10, 30, 25],
    profit_loss_pct: [0, 0.01, 0.03, 0.025],
    base_value: 1_000,
    timeframe: "1D",
    cashflow: { CSD: [1_000, 1_000, 1_500, 1_500] },
  });
});

test("EQ-6: the base is the close before the first day, if the account was there", async () => {
  expect(await history("period=1D&timeframe=1D")).toEqual({
    timestamp: [label(TODAY)],
    equity: [1_525],
    profit_loss: [-5],
    profit_loss_pct: [-5 / 1_530],
    base_value: 1_530,
    base_value_asof: "2026-11-23",
    timeframe: "1D",
  });
});

test("EQ-5: an account of an earlier release has points from the day on which its record began", async () => {
  const since = newYorkInstant(TODAY - 1, 9 * HOUR);
  account.movements.mockResolvedValue({ ...MOVEMENTS, createdAt: 1, since, cash: 10_000, lots: [], movements: [] });
  const found = await history("period=1W&timeframe=1D");
  expect(found).toMatchObject({ timestamp: [label(TODAY - 1), label(TODAY)], equity: [1, 1], base_value: 1 });
  expect(found).not.toHaveProperty("base_value_asof");
  expect((await history(`start=2026-10-01&end=2026-10-09&timeframe=1D`)).timestamp).toEqual([]);
});

test("EQ-7: parts of a day, with the fills and payments within it, at the prices of minutes", async () => {
  const begin = newYorkInstant(TODAY, -4 * HOUR);
  const ten = newYorkInstant(TODAY, 10 * HOUR);
  account.movementSteps.mockResolvedValue({
    movements: [
      [ten + 1, 1_000_000, 0, [["CSD", null, 1_000_000, 0]], []],
      [ten + 20 * MINUTE, 1_650_000, 0, [], [["BTC/USD", -50_000_000, 0, 1_650_000, 0, 0]]],
    ],
    next: null,
  });
  const before = await account.movements(0);
  if (before === null) throw new Error("no account");
  account.movements.mockResolvedValue({
    ...before,
    cash: 14_650_000,
    lots: [["BTC/USD", 50_000_000]],
    movements: [
      ...before.movements,
      [TODAY, 2_650_000, 0, [["CSD", null, 1_000_000, 0]], [["BTC/USD", -50_000_000, 0, 1_650_000, 0, 0]]],
    ],
  });
  book.prices.mockResolvedValue(series([ten - 15 * MINUTE, 3_200_000], [ten + 15 * MINUTE, 3_300_000]));
  const found = await history("period=1D&timeframe=15Min&cashflow_types=CSD,CSW");
  const at = (time: number) => (time - begin) / (15 * MINUTE);
  expect(found.timestamp).toHaveLength(at(NOON) + 1);
  const row = (time: number) => [
    found.timestamp[at(time)],
    found.equity[at(time)],
    found.profit_loss[at(time)],
    found.cashflow?.["CSD"]?.[at(time)],
  ];
  // At first the close of Monday counts.
  expect(row(begin)).toEqual([begin / 1_000, 1_530, 0, 0]);
  expect(row(ten - 15 * MINUTE)).toEqual([ten / 1_000 - 900, 1_520, -10, 0]);
  expect(row(ten)).toEqual([ten / 1_000, 1_620, -10, 100]);
  expect(row(ten + 15 * MINUTE)).toEqual([ten / 1_000 + 900, 1_630, 0, 100]);
  // The newest point has the present price.
  expect(row(NOON)).toEqual([NOON / 1_000, 1_627.5, -2.5, 100]);
  expect(found).toMatchObject({ base_value: 1_530, base_value_asof: "2026-11-23", timeframe: "15Min" });
  expect(account.movementSteps.mock.calls[0]).toEqual([begin, NOON + 1, 15, null]);
});

test("EQ-6: the profit of each day counts from the close before, unless it is not to be reset", async () => {
  book.prices.mockResolvedValue(series());
  const monday = newYorkInstant(TODAY - 1, 9 * HOUR);
  account.movementSteps.mockResolvedValue({ movements: [deposit(monday, 5_000_000)], next: null });
  const ends = ({ profit_loss: profit }: WirePortfolioHistory) => [profit[0], profit.at(-1)];
  const query = "period=2D&timeframe=1H";
  expect(ends(await history(query))).toEqual([0, -5]);
  expect(ends(await history(`${query}&pnl_reset=no_reset`))).toEqual([0, 15]);
});

test("EQ-5, EQ-6: a holiday and a weekend have no points; what entered on Saturday counts on Monday", async () => {
  const saturday = dayOf(2026, 11, 28);
  vi.setSystemTime(newYorkInstant(saturday + 2, 12 * HOUR));
  const opened = newYorkInstant(saturday - 5, 9 * HOUR);
  account.movements.mockResolvedValue({
    ...MOVEMENTS,
    cash: 15_000_000,
    lots: [],
    createdAt: opened,
    since: opened,
    movements: [deposit(saturday - 5, 10_000_000), deposit(saturday, 5_000_000)],
  });
  const of = async (query: string) => {
    const headers = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" };
    const shares = { ...env(), MARKET_CALENDAR: "us_equities" };
    const response = await app.request(`http://exchange.test${PATH}?${query}`, { headers }, shares);
    return (await response.json()) as WirePortfolioHistory;
  };
  const opens = [24, 25, 27, 30].map((date) => newYorkInstant(dayOf(2026, 11, date), 9.5 * HOUR) / 1_000);
  expect(await of("period=1W&timeframe=1D&cashflow_types=CSD")).toEqual({
    timestamp: opens,
    equity: [1_000, 1_000, 1_000, 1_500],
    profit_loss: [0, 0, 0, 0],
    profit_loss_pct: [0, 0, 0, 0],
    base_value: 1_000,
    base_value_asof: "2026-11-23",
    timeframe: "1D",
    cashflow: { CSD: [0, 0, 0, 500] },
  });
  // Within Monday the profit counts from Friday's close, without what entered since.
  account.movementSteps.mockResolvedValue({
    movements: [deposit(newYorkInstant(saturday, 10 * HOUR), 5_000_000)],
    next: null,
  });
  const monday = await of("period=1D&timeframe=1H");
  expect(monday).toMatchObject({ base_value: 1_000, base_value_asof: "2026-11-27" });
  expect([...new Set(monday.equity), ...new Set(monday.profit_loss)]).toEqual([1_500, 0]);
  expect(monday.timestamp[0]).toBe(opens[3]);
});

test.each([
  ["period=1M&timeframe=5Min", /timeframe: expected 1D, because parts of a day are for less than 30 days/],
  ["period=8D&timeframe=1Min", /timeframe: expected 5Min, 15Min, 1H or 1D, because 1Min is for up to 7 days/],
  ["period=1D&start=2026-11-02&end=2026-11-03", /period: expected at most two/],
  ["start=2026-11-03&end=2026-11-02", /end: expected a time after start/],
  ["period=1Q", /period: expected a number and D, W, M or A/],
  ["period=0D", /period/],
  ["timeframe=2D", /timeframe: expected one of 1Min, 5Min, 15Min, 1H, 1D/],
  ["start=yesterday", /start: expected a date/],
  ["intraday_reporting=always", /intraday_reporting/],
  ["pnl_reset=never", /pnl_reset/],
  ["cashflow_types=deposits", /cashflow_types/],
  ["perios=1M", /unknown parameter perios; did you mean period\?/],
])("EQ-5: ?%s is refused with 422", async (query, message) => {
  const { status, body } = await trade("GET", `${PATH}?${query}`);
  expect({ status, ...(body as object) }).toMatchObject({ status: 422, message: expect.stringMatching(message) });
  expect(account.movements).not.toHaveBeenCalled();
});

test("EQ-5: parameters as the clients send them", async () => {
  for (const query of [
    "",
    "period=intraday",
    "date_start=2026-11-20&date_end=2026-11-24&extended_hours=True",
    "start=2026-11-23T00:00:00.000Z&end=2026-11-24T00:00:00.000Z&timeframe=1H&intraday_reporting=continuous",
    "start=2026-11-23T15:00:00-05:00&timeframe=1Min&pnl_reset=no_reset",
    "period=1A&timeframe=1D&cashflow_types=NONE",
  ]) {
    book.prices.mockResolvedValue(series());
    const found = await history(query);
    const lengths = [found.timestamp, found.equity, found.profit_loss, found.profit_loss_pct].map(
      ({ length }) => length,
    );
    expect(new Set(lengths).size, query).toBe(1);
    expect(lengths[0], query).toBeGreaterThan(0);
  }
});

type Body = Readonly<Record<string, unknown>>;
async function get(path: string): Promise<Body> {
  const { status, body } = await trade("GET", path);
  expect({ path, status, body }).toMatchObject({ status: 200 });
  return body as Body;
}

test("EQ-8: performance of the account, by position with contributions, beside a benchmark", async () => {
  const found = await get("/v1/portfolio/performance?period=1W&by=position&benchmark=BTCUSD&risk_free_rate=0.02");
  // The day before the opening has nothing.
  expect(found).toMatchObject({
    from: "2026-11-20",
    to: "2026-11-24",
    start_value: "0",
    end_value: "1525",
    net_deposits: "1500",
    fees: "0",
    next_page_token: null,
    residual_gain: "0",
  });
  const { figures, positions, benchmark } = found as {
    figures: Record<string, { value: number | null; reason: string | null }>;
    positions: { symbol: string; gain: string; contribution: { value: number }; figures: Body }[];
    benchmark: { symbol: string; from: string; figures: Record<string, { value: number }> };
  };
  // 25 of the 1,500 that were invested at most; each day linked.
  expect(figures["price_return"]?.value).toBeCloseTo(25 / 1_500, 12);
  expect(figures["time_weighted"]?.value).toBeCloseTo((1_010 / 1_000) * (1_530 / 1_510) * (1_525 / 1_530) - 1, 12);
  expect(figures["time_weighted_annual"]).toEqual({ value: null, reason: "less_than_a_year" });
  expect(figures["maximum_drawdown"]?.value).toBeCloseTo(1_525 / 1_530 - 1, 12);
  expect(positions).toMatchObject([{ symbol: "BTC/USD", start_value: "0", end_value: "325", gain: "25" }]);
  expect(positions[0]?.contribution.value).toBeCloseTo(figures["modified_dietz"]?.value ?? 0, 12);
  expect(positions[0]?.figures).toMatchObject({ total_return: { value: 25 / 300 } });
  expect(benchmark).toMatchObject({ symbol: "BTC/USD", from: "2026-11-22" });
  expect(benchmark.figures["time_weighted"]?.value).toBeCloseTo(325 / 310 - 1, 12);
});

test("EQ-8: by day the returns link to that of the whole", async () => {
  const found = await get("/v1/portfolio/performance?period=1W&by=day");
  const { periods, figures } = found as {
    periods: { period: string; time_weighted: { value: number } }[];
    figures: { time_weighted: { value: number } };
  };
  expect(periods.map(({ period }) => period)).toEqual(["2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"]);
  const linked = periods.reduce((growth, { time_weighted: { value } }) => growth * (1 + value), 1);
  expect(linked - 1).toBeCloseTo(figures.time_weighted.value, 12);
});

test("EQ-8: without a record there are no figures, and they say why", async () => {
  account.movements.mockResolvedValue({ ...MOVEMENTS, createdAt: 1, since: NOON, lots: [], movements: [] });
  const found = await get("/v1/portfolio/performance?start=2026-10-01&end=2026-10-30");
  expect(found).toMatchObject({
    from: null,
    to: null,
    figures: { time_weighted: { value: null, reason: "no_value" } },
  });
  const one = await get("/v1/portfolio/performance?period=1D");
  expect(one).toMatchObject({ figures: { volatility: { value: null, reason: "no_period" } } });
});

test("EQ-5, EQ-8: of days that have not come nothing is known", async () => {
  const history = await trade("GET", "/v2/account/portfolio/history?end=9999-12-31");
  expect(history).toMatchObject({ status: 200, body: { timestamp: [], base_value: 0 } });
  expect(history.body).not.toHaveProperty("base_value_asof");
  expect(await trade("GET", "/v1/portfolio/performance?start=9999-01-04&period=1M")).toMatchObject({
    status: 200,
    body: { from: null, to: null, start_value: "0", end_value: "0" },
  });
  expect(await trade("GET", "/v1/portfolio/explain?figure=equity&end=9999-12-31")).toMatchObject({
    status: 200,
    body: { value: null, reason: "no_value", from: null, valuations: [] },
  });
});

test("EQ-9: a return is opened into its formula, values, flows and positions", async () => {
  const found = await get("/v1/portfolio/explain?figure=total_return&period=1W");
  expect(found).toMatchObject({
    figure: "total_return",
    symbol: null,
    value: 25 / 1_500,
    reason: null,
    formula: expect.stringContaining("largest capital"),
    derivation: {
      from: "2026-11-20",
      start_value: "0",
      end_value: "1525",
      net_capital: "1500",
      gain: "25",
      invested: "1500",
    },
    flows: [
      { date: "2026-11-21", kind: "capital", amount: "1000" },
      { date: "2026-11-23", kind: "capital", amount: "500" },
    ],
    cash: "1200",
    positions: [{ symbol: "BTC/USD", qty: "1", price: "325", value: "325", bought: "300", sold: "0", amount: "25" }],
    left_out: 0,
  });
  expect(found["valuations"]).toEqual(
    ["0", "1000", "1010", "1530", "1525"].map((value, nth) => ({ date: `2026-11-2${nth}`, value })),
  );
});

test("EQ-9: of one position; of amounts each part adds up to the whole", async () => {
  const position = await get("/v1/portfolio/explain?figure=time_weighted&period=1W&symbol=BTCUSD");
  expect(position).toMatchObject({
    symbol: "BTC/USD",
    flows: [{ date: "2026-11-22", kind: "capital", amount: "300" }],
  });
  expect(position["value"]).toBeCloseTo(325 / 300 - 1, 12);
  const { derivation } = position as { derivation: { sub_periods: unknown[] } };
  expect(derivation.sub_periods).toEqual([
    { from: "2026-11-21", to: "2026-11-24", start_value: "300", end_value: "325" },
  ]);

  const opened = async (figure: string) => {
    const { value, cash, positions } = await get(`/v1/portfolio/explain?figure=${figure}&period=1W`);
    return { value, cash, amounts: (positions as { amount: string }[]).map(({ amount }) => amount) };
  };
  const atClose = { cash: 12_000_000, lots: [["BTC/USD", 100_000_000] as const] };
  account.summary.mockResolvedValueOnce({ ...VIEW, atClose });
  book.top.mockResolvedValueOnce({ symbol: "BTC/USD", ...NO_QUOTE, last: LAST, previousClose: 3_300_000 });
  expect(await opened("last_equity")).toEqual({ value: "1530", cash: "1200", amounts: ["330"] });
  expect(await opened("equity")).toEqual({ value: "1525", cash: "1200", amounts: ["325"] });
  expect(await opened("profit_loss")).toMatchObject({ value: "25", amounts: ["25"] });
  expect(await opened("cost_basis")).toMatchObject({ value: "200", amounts: ["200"] });
  expect(await opened("unrealized_pl")).toMatchObject({ value: "125", amounts: ["125"] });
  expect(await opened("realized_pl")).toMatchObject({ value: "0", amounts: ["0"] });
});

test("EQ-9: cost and gains of a symbol are opened into its lots, and into those that were sold, a page at a time", async () => {
  const path = "/v1/portfolio/explain?period=1W&symbol=BTCUSD&limit=2&figure=";
  const lot = { lotId: 1, acquiredAt: NOON - 9, quantity: 100_000_000, cost: 2_000_000 };
  const lots = [{ ...lot, source: "acquired", replaced: 0 } as const];
  account.lots.mockResolvedValueOnce({ quantity: lot.quantity, cost: lot.cost, lots, before: 0, next: "there" });
  const cost = await get(`${path}cost_basis&page_token=here`);
  expect(account.lots.mock.lastCall).toEqual([{ symbol: "BTC/USD", limit: 2, pageToken: "here" }]);
  expect(cost).toMatchObject({
    lots: [{ lot_id: 1, qty: "1", cost_basis: "200", market_value: "325", unrealized_pl: "125" }],
    next_page_token: "there",
  });
  const line = { ...lot, kind: "disposal", symbol: "BTC/USD", orderId: ORDER.id, disposalId: 1 } as const;
  account.realized.mockResolvedValueOnce({ lines: [{ ...line, soldAt: NOON, proceeds: 2_100_000 }], next: null });
  const sold = await get(`${path}realized_pl`);
  expect(sold["realized"]).toMatchObject([{ type: "disposal", lot_id: 1, gain: "10" }]);
  const [asked] = account.realized.mock.lastCall ?? [];
  expect(asked).toMatchObject({ symbol: "BTC/USD", limit: 2, pageToken: null });
  const after = newYorkInstant(TODAY - 4, 20 * HOUR) * 1_000;
  expect([asked?.afterMicros, asked?.untilMicros]).toEqual([after - 1, newYorkInstant(TODAY, 20 * HOUR) * 1_000]);
  account.lots.mockResolvedValueOnce({ unknown: "nowhere" });
  expect((await trade("GET", `${path}unrealized_pl&page_token=nowhere`)).status).toBe(422);
  expect(await get(`${path}time_weighted`)).not.toHaveProperty("lots");
});

test("EQ-9: many positions are shown a page at a time, by symbol", async () => {
  const lots = ["AAPL", "AMZN", "BTC/USD", "DIS", "MSFT"].map((symbol) => [symbol, 1_000_000] as const);
  account.movements.mockResolvedValue({ ...MOVEMENTS, createdAt: 1, since: newYorkInstant(TODAY - 9, 0), lots });
  const symbols: string[] = [];
  let pages = 0;
  for (let token: string | null = ""; token !== null; pages++) {
    const found = await get(`/v1/portfolio/explain?figure=equity&period=1W&limit=2&page_token=${token}`);
    symbols.push(...(found["positions"] as { symbol: string }[]).map(({ symbol }) => symbol));
    token = found["next_page_token"] as string | null;
  }
  expect([pages, symbols]).toEqual([3, lots.map(([symbol]) => symbol)]);
});

test.each([
  ["/v1/portfolio/explain?period=1W", /figure/],
  ["/v1/portfolio/explain?figure=happiness", /figure: expected one of price_return/],
  ["/v1/portfolio/explain?figure=equity&limit=0", /limit/],
  ["/v1/portfolio/performance?by=week", /by: expected position, day, month or year/],
  ["/v1/portfolio/performance?period=1W&start=2026-11-02&end=2026-11-03", /period/],
  ["/v1/portfolio/performance?risk_free_rate=much", /risk_free_rate/],
])("EQ-8, EQ-9: %s is refused with 422", async (path, message) => {
  const { status, body } = await trade("GET", path);
  expect({ status, text: JSON.stringify(body) }).toMatchObject({ status: 422, text: expect.stringMatching(message) });
});

test("EQ-8, EQ-9: unknown symbols are 404", async () => {
  expect((await trade("GET", "/v1/portfolio/performance?benchmark=NOPE")).status).toBe(404);
  expect((await trade("GET", "/v1/portfolio/explain?figure=equity&symbol=NOPE")).status).toBe(404);
  expect((await trade("GET", "/v1/portfolio/explain?figure=equity&symbol=MSFT")).status).toBe(404);
});
