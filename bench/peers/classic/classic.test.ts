import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../dev/ports.ts";
import { seededRandom } from "../../../test/rig/random.ts";
import { connectBook, fillsOf } from "./book.ts";
import type { Fill, Side } from "./book.ts";
import { hasRedis, startRedis } from "./redis.ts";
import { startClassic } from "./start.ts";

const START_MS = 60_000;

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "exchange-classic-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The same book as a list in price-time priority. */
class ModelBook {
  readonly #resting: { id: string; account: number; side: Side; price: number; left: number }[] = [];

  match(id: string, account: number, side: Side, price: number, quantity: number): { rest: number; fills: Fill[] } {
    const fills: Fill[] = [];
    const better = side === "buy" ? 1 : -1;
    const others = this.#resting
      .filter((order) => order.side !== side && better * (price - order.price) >= 0)
      .toSorted((a, b) => better * (a.price - b.price));
    let rest = quantity;
    for (const maker of others) {
      const traded = Math.min(rest, maker.left);
      if (traded === 0) break;
      [rest, maker.left] = [rest - traded, maker.left - traded];
      fills.push({ maker: maker.id, makerAccount: maker.account, price: maker.price, quantity: traded });
      if (maker.left === 0) this.#resting.splice(this.#resting.indexOf(maker), 1);
    }
    if (rest > 0) this.#resting.push({ id, account, side, price, left: rest });
    return { rest, fills };
  }

  cancel(id: string): number {
    const at = this.#resting.findIndex((order) => order.id === id);
    return at < 0 ? 0 : (this.#resting.splice(at, 1)[0]?.left ?? 0);
  }
}

test("the reply of the matching script is the rest, then four elements a fill", () => {
  expect(fillsOf([0])).toEqual({ rest: 0, fills: [] });
  const fill = { maker: "12", makerAccount: 3, price: 1_000_100, quantity: 2 };
  expect(fillsOf([5, "12", "3", "1000100", 2])).toEqual({ rest: 5, fills: [fill] });
});

test.skipIf(!hasRedis())("the scripts match and cancel in price-time priority, as a model does", async () => {
  const port = await freePort(undefined);
  const redis = await startRedis(port, folder());
  onTestFinished(() => redis.stop());
  const book = await connectBook(port);
  onTestFinished(() => book.close());
  const model = new ModelBook();
  const random = seededRandom(5);
  const pick = (count: number): number => Math.floor(random() * count);
  const sides = new Map<string, Side>();
  let fills = 0;
  for (let n = 1; n <= 3_000; n++) {
    const side = pick(2) === 0 ? "buy" : "sell";
    if (pick(5) === 0) {
      const id = String(1 + pick(n));
      expect(await book.cancel("AAPL", id, sides.get(id) ?? "buy")).toBe(model.cancel(id));
      continue;
    }
    const [accountId, price, quantity] = [pick(4), 1_000_000 + 100 * pick(20), 1 + pick(9)];
    sides.set(String(n), side);
    const expected = model.match(String(n), accountId, side, price, quantity);
    expect(await book.match(String(n), { accountId, symbol: "AAPL", side, price, quantity })).toEqual(expected);
    fills += expected.fills.length;
  }
  expect(fills).toBeGreaterThan(500);
});

test.skipIf(!hasRedis())(
  "every form of its transactions keeps cash, shares and holds in balance",
  { timeout: START_MS },
  async () => {
    const transactions = ["awaited", "pipelined", "procedures"] as const;
    const spec = { dir: folder(), transactions, accounts: 4, dollars: 2_000, shares: 10, symbols: ["AAPL", "F"] };
    const classic = await startClassic(spec);
    onTestFinished(() => classic.stop());
    const call = async (form: number, account: number, method: string, path: string, body?: unknown) => {
      const response = await fetch(`${classic.urls[form]}${path}`, {
        method,
        headers: { authorization: `Bearer ${classic.tokens[account]}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, answer: text === "" ? null : (JSON.parse(text) as Record<string, unknown>) };
    };
    const order = (side: Side, price: string, qty: number, id: string) => ({
      symbol: "AAPL",
      side,
      type: "limit",
      time_in_force: "gtc",
      qty: String(qty),
      limit_price: price,
      client_order_id: id,
    });
    for (const [form, name] of transactions.entries()) {
      const place = (account: number, ...terms: Parameters<typeof order>) =>
        call(form, account, "POST", "/orders", order(...terms));
      const resting = await place(0, "sell", "100.01", 2, `${name}-1`);
      expect(resting).toMatchObject({ status: 200, answer: { status: "new", filled_qty: "0" } });
      const taker = await place(1, "buy", "100.05", 3, `${name}-2`);
      expect(taker).toMatchObject({ status: 200, answer: { status: "partially_filled", filled_qty: "2" } });
      expect(await place(1, "buy", "100", 1, `${name}-2`)).toMatchObject({
        status: 422,
        answer: { code: "duplicate_client_order_id" },
      });
      expect(await place(2, "sell", "200", 11, `${name}-3`)).toMatchObject({
        answer: { code: "insufficient_balance" },
      });
      expect(await place(2, "buy", "200", 11, `${name}-4`)).toMatchObject({ answer: { code: "insufficient_balance" } });
      const path = `/orders/${String(taker.answer?.["id"])}`;
      expect(await call(form, 2, "DELETE", path)).toMatchObject({ status: 404 });
      expect(await call(form, 1, "DELETE", path)).toMatchObject({ status: 204 });
      expect(await call(form, 1, "DELETE", path)).toMatchObject({ status: 422 });
      await classic.checkBalances();
    }
  },
);
