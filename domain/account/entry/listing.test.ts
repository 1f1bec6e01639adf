/** Decisions by listed instruments: ticks, lots and delistings. */
import { expect, test } from "vitest";
import type { Instrument } from "../../market/instrument.ts";
import { InstrumentList, withFinestTick } from "../../market/instruments.ts";
import { requireInstrument, SEEDED } from "../../market/listing.ts";
import { assetOf } from "../../market/asset.ts";
import { decideDeposit } from "../ledger/deposits.ts";
import { fundedAccount, orderWith, recorder, ticketWith } from "../testing.ts";
import { applyEntry } from "../apply.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { NewOrder } from "../state/order.ts";
import { decideSubmit } from "./decide.ts";
import { decideReplace } from "./decideReplace.ts";
import { sessionRules } from "../../market/sessionRules.ts";
import type { OrderTicket } from "./ticket.ts";
import { validateOrder } from "./validateOrder.ts";
import { validateReplace } from "./validateReplace.ts";

const AAPL = requireInstrument("AAPL");
const HOURS = sessionRules("always", 5);

const listed = (changes: Partial<Instrument>) =>
  new InstrumentList([...SEEDED.all, { ...AAPL, version: 3, ...changes }]);

/** The outcome of an order of an account with ten million dollars and one and a half shares. */
function submit(ticket: Partial<OrderTicket>, changes: Partial<Instrument>, known?: NewOrder) {
  const asked = ticketWith(ticket);
  const facts = {
    known: () => (known === undefined ? undefined : { ...known, status: "new", held: 0 }) as never,
    order: () => undefined,
    orderId: "o1",
    hours: HOURS,
    late: false,
    marketPrice: 1_000_000,
    lastPrice: 1_000_000,
  };
  const state = fundedAccount("a", 10 ** 11, { AAPL: 1_500_000 });
  const instruments = listed(changes);
  const finest = { withFinestTick: validateOrder(asked, withFinestTick(instruments)) };
  return decideSubmit(state, asked, validateOrder(asked, instruments), { ...facts, ...finest }, NO_ORIGIN);
}

test("MK-22: a price lies on the tick of its instrument as it is now; below a dollar a share's is a hundredth of a cent", () => {
  const tick = 500;
  expect(submit({ limitPrice: "100.05" }, { tick }).outcome).toMatchObject({ ok: true });
  expect(submit({ limitPrice: "100.01" }, { tick }).outcome).toMatchObject({ refusal: { reason: "price_increment" } });
  expect(submit({ limitPrice: "100.01" }, {}).outcome).toMatchObject({ ok: true });
  expect(submit({ limitPrice: "0.5001", qty: "10" }, { tick }).outcome).toMatchObject({ ok: true });
});

test("MK-22: the collar of a market order lies on the tick as well", () => {
  const { entries } = submit({ type: "market", limitPrice: null }, { tick: 30_000 });
  // 4 % past $100, up to the next $3.
  expect(entries).toMatchObject([{ kind: "accepted", order: { protectionPrice: 1_050_000, instrumentVersion: 3 } }]);
});

test("MK-22: a quantity is a multiple of the lot size, except of a notional order and of a sale of all available lots", () => {
  const lot = 1_000_000;
  expect(submit({ qty: "2" }, { lot }).outcome).toMatchObject({ ok: true });
  expect(submit({ qty: "1.5" }, { lot }).outcome).toMatchObject({ refusal: { reason: "qty_lot", lot } });
  expect(submit({ qty: "1.5", side: "sell" }, { lot }).outcome).toMatchObject({ ok: true });
  expect(submit({ qty: "0.5", side: "sell" }, { lot }).outcome).toMatchObject({ refusal: { reason: "qty_lot" } });
  const notional = { type: "market", qty: null, notional: "150", limitPrice: null, timeInForce: "day" };
  expect(submit(notional, { lot }).outcome).toMatchObject({ ok: true });
});

test("MK-23: orders of a delisted instrument are refused; a repeated request returns the order that was accepted before", () => {
  const status = "delisted";
  expect(submit({}, { status }).outcome).toMatchObject({ refusal: { reason: "asset_not_active", symbol: "AAPL" } });
  const known = orderWith("before", { clientOrderId: "mine" });
  expect(submit({ clientOrderId: "mine" }, { status }, known).outcome).toEqual({ ok: true, value: "before" });
});

test("MK-22: an order is answered again after its tick became coarser, and another request with its id is not", () => {
  const known = orderWith("before", { clientOrderId: "mine", limitPrice: 1_000_100 });
  const repeat = { clientOrderId: "mine", limitPrice: "100.01" };
  expect(submit(repeat, { tick: 500 }, known)).toEqual({ entries: [], outcome: { ok: true, value: "before" } });
  const other = { ...repeat, limitPrice: "100.02" };
  expect(submit(other, { tick: 500 }, known).outcome).toMatchObject({ refusal: { reason: "price_increment" } });
  expect(submit(repeat, { tick: 500 }).outcome).toMatchObject({ refusal: { reason: "price_increment" } });
});

test("MK-21: an instrument that was listed at run time is traded and deposited like a seeded one", () => {
  const fresh: Instrument = { ...AAPL, ...assetOf("ZED"), name: "Zed", referencePrice: 200_000, version: 1 };
  const instruments = new InstrumentList([...SEEDED.all, fresh]);
  const ticket = ticketWith({ symbol: "ZED", type: "market", limitPrice: null });
  const state = fundedAccount("a", 10 ** 9, {});
  const facts = { known: () => undefined, order: () => undefined, orderId: "o1", hours: HOURS, late: false };
  const prices = { marketPrice: null, lastPrice: null };
  const { entries } = decideSubmit(
    state,
    ticket,
    validateOrder(ticket, instruments),
    { ...facts, ...prices },
    NO_ORIGIN,
  );
  expect(entries).toMatchObject([{ order: { symbol: "ZED", protectionPrice: 208_000, within: AAPL.priceLimit } }]);
  const deposit = { reference: "r", symbol: "ZED", amount: "2" };
  const shares = decideDeposit(state, deposit, undefined, { by: "admin" }, NO_ORIGIN, instruments);
  expect(shares.entries).toMatchObject([{ asset: "ZED", amount: 2_000_000, cost: 400_000 }]);
  const unknown = decideDeposit(state, deposit, undefined, { by: "admin" }, NO_ORIGIN, SEEDED);
  expect(unknown.outcome).toMatchObject({ refusal: { reason: "asset_not_found" } });
});

test("MK-22, MK-23: a replace is checked by the current instrument; unchanged fields are not checked", () => {
  const state = fundedAccount("a", 10 ** 9, {});
  const order = orderWith("o1", { limitPrice: 1_000_100, qty: 1_500_000 });
  applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, 5, recorder());
  const open = state.open.get("o1");
  if (open === undefined) throw new Error("the order is not open");
  open.status = "new";
  const replace = (asked: { qty?: string; limitPrice?: string }, changes: Partial<Instrument>, result?: NewOrder) => {
    const none = { stopPrice: null, trail: null, timeInForce: null, clientOrderId: null, goodTil: null };
    const clientOrderId = result?.clientOrderId ?? null;
    const ticket = { ...none, clientOrderId, qty: asked.qty ?? null, limitPrice: asked.limitPrice ?? null };
    const instruments = listed(changes);
    const prices = { marketPrice: null, lastPrice: null };
    const known = () => result as never;
    const facts = { known, order: open, newOrderId: "o2", hours: HOURS, late: false, instruments };
    const read = () => validateReplace(open, ticket, instruments);
    return decideReplace(state, "o1", ticket, read, { ...facts, ...prices }, NO_ORIGIN).outcome;
  };
  const changes = { tick: 500, lot: 1_000_000 };
  expect(replace({ limitPrice: "100.02" }, changes)).toMatchObject({ refusal: { reason: "price_increment" } });
  expect(replace({ qty: "1.6" }, changes)).toMatchObject({ refusal: { reason: "qty_lot" } });
  // An unchanged quantity need not be a multiple of the lot, nor an unchanged price on a tick.
  expect(replace({ limitPrice: "100.05" }, changes)).toMatchObject({ ok: true });
  expect(replace({ qty: "1" }, changes)).toMatchObject({ ok: true });
  expect(replace({ qty: "1", limitPrice: "100.01" }, changes)).toMatchObject({ ok: true });
  // A replace that was accepted before the tick became coarser is answered again.
  const result = orderWith("o2", { clientOrderId: "moved", limitPrice: 1_000_200, qty: 1_500_000, replaces: "o1" });
  expect(replace({ limitPrice: "100.02" }, changes, result)).toEqual({ ok: true, value: "o2" });
  expect(replace({ qty: "1" }, { status: "delisted" })).toMatchObject({ refusal: { reason: "asset_not_active" } });
});
