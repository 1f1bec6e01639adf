/** Statements over the end of a month and tax reports over the end of a year, with a clock that is moved. */
import { decodePDFRawStream, PDFDocument, PDFRawStream } from "@cantoo/pdf-lib";
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { ticketWith } from "../../domain/account/testing.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import { type GatewayHarness, gatewayHarness, type TestUser } from "./gatewayHarness.ts";

const ORIGIN = { requestId: "test", ip: "", userAgent: "" };
const SYMBOL = "NFLX";

afterEach(() => {
  vi.useRealTimers();
});

const goTo = (time: string) => vi.setSystemTime(Date.parse(time));
const whoOf = ({ accountId }: TestUser): Principal => ({ userId: accountId, accountId, roles: ["trader"] });

/** The texts of a PDF in the sequence in which they are drawn, read back with their fonts' encoding. */
async function textsOf(bytes: ArrayBuffer): Promise<string[]> {
  const document = await PDFDocument.load(bytes);
  const texts: string[] = [];
  for (const [, object] of document.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFRawStream)) continue;
    const content = new TextDecoder("latin1").decode(decodePDFRawStream(object).decode());
    for (const [, hex = ""] of content.matchAll(/<([0-9A-F]*)>\s*Tj/g)) {
      texts.push(String.fromCharCode(...(hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))));
    }
  }
  return texts;
}

/** Reads the files of a user, with a session of the present. */
async function filesOf({ signIn, request }: GatewayHarness, { email, accountId }: TestUser) {
  const { token, ask } = await signIn(email, accountId);
  const get = (path: string) => request(path, { headers: { Authorization: `Bearer ${token}` } });
  return {
    ask,
    /** Rows by column. */
    csv: async (path: string): Promise<Record<string, string>[]> => {
      const [header = "", ...lines] = (await (await get(path)).text()).trimEnd().split("\r\n");
      const columns = header.split(",");
      return lines.map((line) => Object.fromEntries(line.split(",").map((cell, nth) => [columns[nth] ?? "", cell])));
    },
    pdf: async (path: string): Promise<string[]> => textsOf(await (await get(path)).arrayBuffer()),
  };
}

/** One side sells to the other at a price. */
async function trade(seller: TestUser, buyer: TestUser, qty: string, limitPrice: string): Promise<void> {
  for (const [user, side] of [[seller, "sell"] as const, [buyer, "buy"] as const]) {
    const ticket = ticketWith({ symbol: SYMBOL, side, qty, limitPrice, timeInForce: "gtc" });
    const outcome = await accountObject(env, user.accountId).submitOrder(whoOf(user), ticket, ORIGIN);
    if (!outcome.ok) throw new Error(outcome.refusal.reason);
    await vi.waitFor(
      async () => {
        const order = await accountObject(env, user.accountId).order(outcome.value.id);
        expect(order?.status).toBe(side === "sell" ? "new" : "filled");
      },
      { timeout: 10_000 },
    );
  }
}

const sum = (rows: readonly Record<string, string>[], field: string) =>
  Math.round(rows.reduce((total, row) => total + Number(row[field] ?? 0) * 10_000, 0)) / 10_000;

test("AC-88, AC-89: a month opens with what the one before closed with; a sale is of the tax year of its trade date", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2027-12-30T15:00:00Z") });
  const gateway = await gatewayHarness();
  const [owner, other] = [await gateway.enrol("statement-owner"), await gateway.enrol("statement-other")];
  const account = accountObject(env, owner.accountId);
  const by = { ownerId: owner.accountId, asked: "admin", approved: "" };
  expect(await account.setFeePlan("maker_taker", by, ORIGIN)).toBe(true);
  await account.deposit(whoOf(owner), { reference: "cash", symbol: null, amount: "10000" }, ORIGIN);
  const counterparty = accountObject(env, other.accountId);
  await counterparty.deposit(whoOf(other), { reference: "cash", symbol: null, amount: "10000" }, ORIGIN);
  await counterparty.deposit(whoOf(other), { reference: "shares", symbol: SYMBOL, amount: "50" }, ORIGIN);

  // Taker of 10 at 100: fee 2.5. Maker of 4 at 120: fee 0.72, SEC 0.01, FINRA 0.01.
  await trade(other, owner, "10", "100");
  goTo("2027-12-31T18:00:00Z");
  await trade(owner, other, "4", "120");
  // In New York it is still the trading day of 31 December.
  goTo("2028-01-01T00:30:00Z");
  await account.deposit(whoOf(owner), { reference: "late", symbol: null, amount: "5" }, ORIGIN);
  // The trading day of January has begun.
  goTo("2028-01-01T01:30:00Z");
  await account.deposit(whoOf(owner), { reference: "later", symbol: null, amount: "7" }, ORIGIN);
  await evictDurableObject(env.ACCOUNT.getByName(owner.accountId));
  goTo("2028-01-03T15:00:00Z");
  await trade(owner, other, "3", "90");
  goTo("2028-01-20T15:00:00Z");
  await trade(other, owner, "1", "95");
  goTo("2028-02-02T15:00:00Z");
  await evictDurableObject(env.ACCOUNT.getByName(owner.accountId));

  const { ask, csv, pdf } = await filesOf(gateway, owner);
  const { body } = await ask("GET", "/v1/account/statements");
  expect(body["statements"]).toMatchObject([
    { month: "2028-02", is_over: false },
    { month: "2028-01", is_over: true },
    { month: "2027-12", is_over: true },
  ]);
  const months = [await csv("/v1/account/statements/2027-12.csv"), await csv("/v1/account/statements/2028-01.csv")];
  const part = (nth: number, section: string, type?: string) =>
    (months[nth] ?? []).filter((row) => row["section"] === section && (type === undefined || row["type"] === type));
  const balance = (nth: number, section: string) =>
    part(nth, section).map(({ type, symbol, qty, price, cost_basis: cost, value }) => [
      type,
      symbol,
      qty,
      price,
      cost,
      value,
    ]);
  expect(part(0, "opening", "cash")).toMatchObject([{ value: "0" }]);
  // 10,000 - 1,000 - 2.5 + 480 - 0.72 - 0.02 + 5; 6 of 10 shares with their part of 1,002.5, at the close of 120.
  const atTheEnd = [
    ["cash", "", "", "", "", "9481.76"],
    ["position", SYMBOL, "6", "120", "601.5", "720"],
    ["total", "", "", "", "", "10201.76"],
  ];
  expect(balance(0, "closing")).toEqual(atTheEnd);
  expect(balance(1, "opening")).toEqual(atTheEnd);
  expect(part(1, "opening", "cash")[0]?.["date"]).toBe("2027-12-31");
  for (const nth of [0, 1]) {
    const [opened, closed] = [part(nth, "opening", "cash"), part(nth, "closing", "cash")];
    const moved = part(nth, "total").filter(({ type }) => !["realised_gains", "interest"].includes(type ?? ""));
    expect(sum([...opened, ...moved.map((row) => ({ value: row["amount"] ?? "0" }))], "value")).toBe(
      sum(closed, "value"),
    );
    const activities = part(nth, "activity").filter(({ type }) => type !== undefined);
    expect(sum(activities, "amount")).toBe(Math.round((sum(closed, "value") - sum(opened, "value")) * 10_000) / 10_000);
  }
  expect(part(0, "activity").map(({ type, amount }) => `${type} ${amount}`)).toEqual([
    "CSD 10000",
    "FILL -1000",
    "FEE -2.5",
    "FILL 480",
    "FEE -0.74",
    "CSD 5",
  ]);
  expect(part(1, "activity").map(({ type, amount }) => `${type} ${amount}`)).toEqual([
    "CSD 7",
    "FILL 270",
    "FEE -0.425",
    "FILL -95",
    "FEE -0.2375",
  ]);

  // 480 - 0.74 less 401; 270 - 0.425 less 300.75: a loss, a third of which the purchase of 20 January makes a wash sale.
  const [year2027, year2028] = [await csv("/v1/account/tax/2027.csv"), await csv("/v1/account/tax/2028.csv")];
  expect(year2027).toMatchObject([
    { symbol: SYMBOL, qty: "4", acquired: "2027-12-30", sold: "2027-12-31", proceeds: "479.26", cost_basis: "401" },
  ]);
  expect(year2027[0]).toMatchObject({ gain: "78.26", term: "short", wash_sale: "no" });
  expect(year2028).toMatchObject([{ qty: "3", sold: "2028-01-03", gain: "-31.175", term: "short", wash_sale: "yes" }]);
  expect(year2028[0]).toMatchObject({ wash_sale_qty: "1", disallowed: "10.3917" });
  const realised = part(0, "total", "realised_gains").concat(part(1, "total", "realised_gains"));
  expect(sum(realised, "amount")).toBe(sum([...year2027, ...year2028], "gain"));

  // On paper the same, read back.
  const december = await pdf("/v1/account/statements/2027-12.pdf");
  expect(december[0]).toBe("Account statement 2027-12");
  const after = (label: string) => december[december.indexOf(label) + 1];
  expect([after("Cash at the beginning"), after("Cash at the end")]).toEqual(["0.00", "9,481.76"]);
  expect([after("Deposits"), after("Sales"), after("Purchases"), after("Fees")]).toEqual([
    "10,005.00",
    "480.00",
    "-1,000.00",
    "-3.24",
  ]);
  expect(after("Realised gains and losses")).toBe("78.26");
  const paper = await pdf("/v1/account/tax/2027.pdf");
  expect(paper[0]).toBe("Realised gains and losses 2027");
  const lots = paper.indexOf(SYMBOL);
  expect(paper.slice(lots, lots + 8).map((text) => text.trim())).toEqual([
    SYMBOL,
    "4",
    "2027-12-30",
    "2027-12-31",
    "479.26",
    "401.00",
    "78.26",
    "short",
  ]);
});
