/** The tax lots against a slow model in which every single unit is an element of an array, and days come from Intl. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LotMethod } from "./lotMethod.ts";
import { splitLots } from "./lotSplit.ts";
import { acquire, dispose, transferIn, transferOut } from "./lots.ts";
import { restoreLots, saveLots } from "./savedLots.ts";
import { noTaxLots } from "./taxLot.ts";

interface ModelLot {
  id: number;
  at: number;
  bought: boolean;
  /** One element a unit: whether it has replaced a loss. */
  units: boolean[];
  cost: number;
}

interface ModelLoss {
  disposal: number;
  lot: number;
  at: number;
  /** One element a unit: whether it was replaced. */
  units: boolean[];
  loss: number;
  disallowed: number;
}

type ModelMethod = "fifo" | "lifo" | "highest_cost" | { specific: { lotId: number; quantity: number }[] };

const newYork = new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York" });
const DAY = 86_400_000;
const dateOf = (at: number): number => Date.parse(newYork.format(at));
const isNear = (a: number, b: number): boolean => Math.abs(dateOf(a) - dateOf(b)) <= 30 * DAY;

function isLong(acquiredAt: number, soldAt: number): boolean {
  const first = new Date(dateOf(acquiredAt) + DAY);
  return dateOf(soldAt) >= Date.UTC(first.getUTCFullYear() + 1, first.getUTCMonth(), first.getUTCDate());
}

/** a × b / c of small numbers, ties to even. */
function share(a: number, b: number, c: number): number {
  const below = Math.floor((a * b) / c);
  const twice = 2 * (a * b - below * c);
  return below + (twice > c || (twice === c && Math.abs(below) % 2 === 1) ? 1 : 0);
}

const trues = (units: readonly boolean[]): number => units.filter(Boolean).length;
const unitsOf = (count: number, used: number): boolean[] => Array.from({ length: count }, (_, nth) => nth < used);

class Model {
  lots: ModelLot[] = [];
  losses: ModelLoss[] = [];
  lastLot = 0;
  lastDisposal = 0;

  get quantity(): number {
    return this.lots.reduce((sum, { units }) => sum + units.length, 0);
  }

  add(bought: boolean, at: number, quantity: number, cost: number): ModelLot {
    const lot = { id: ++this.lastLot, at, bought, units: unitsOf(quantity, 0), cost };
    this.lots.push(lot);
    this.lots.sort((a, b) => a.at - b.at || a.id - b.id);
    return lot;
  }

  acquire(at: number, quantity: number, cost: number): string[] {
    const lot = this.add(true, at, quantity, cost);
    return this.losses.flatMap((loss) => (isNear(at, loss.at) ? this.match(loss, lot) : []));
  }

  match(loss: ModelLoss, lot: ModelLot): string[] {
    let count = 0;
    while (loss.units.includes(false) && lot.units.includes(false)) {
      loss.units[loss.units.indexOf(false)] = true;
      lot.units[lot.units.indexOf(false)] = true;
      count++;
    }
    if (count === 0) return [];
    const disallowed = share(loss.loss, trues(loss.units), loss.units.length) - loss.disallowed;
    loss.disallowed += disallowed;
    return [`${loss.disposal}/${loss.lot}>${lot.id}:${count}:${disallowed}`];
  }

  /** Takes one unit after the other from the first lot that the method allows. */
  remove(quantity: number, method: ModelMethod): { lot: ModelLot; count: number; cost: number }[] {
    const sorted = this.lots.slice();
    if (method === "lifo") sorted.reverse();
    if (method === "highest_cost") sorted.sort((a, b) => b.cost * a.units.length - a.cost * b.units.length);
    const counts = new Map<ModelLot, number>();
    const takeUnit = (lot: ModelLot): void => void counts.set(lot, (counts.get(lot) ?? 0) + 1);
    const wanted = new Map<number, number>();
    for (const { lotId, quantity: most } of typeof method === "string" ? [] : method.specific) {
      if (most > 0) wanted.set(lotId, (wanted.get(lotId) ?? 0) + most);
    }
    for (let unit = 0; unit < quantity; unit++) {
      const hasRest = (lot: ModelLot): boolean => (counts.get(lot) ?? 0) < lot.units.length;
      const chosen = [...wanted].flatMap(([id, most]) =>
        sorted.filter((lot) => lot.id === id && hasRest(lot) && (counts.get(lot) ?? 0) < most),
      );
      const lot = chosen[0] ?? sorted.find(hasRest);
      if (lot === undefined) throw new RangeError("too much");
      takeUnit(lot);
    }
    const removed = [...counts].map(([lot, count]) => {
      const cost = count === lot.units.length ? lot.cost : share(lot.cost, count, lot.units.length);
      lot.cost -= cost;
      lot.units = lot.units.toSorted((a, b) => Number(b) - Number(a)).slice(count);
      return { lot, count, cost };
    });
    this.lots = this.lots.filter(({ units }) => units.length > 0);
    return removed;
  }

  dispose(at: number, quantity: number, proceeds: number, method: ModelMethod): [string[], string[]] {
    const disposal = ++this.lastDisposal;
    let sold = 0;
    const parts = this.remove(quantity, method).map(({ lot, count, cost }) => {
      const before = share(proceeds, sold, quantity);
      sold += count;
      return { lot, count, cost, paid: share(proceeds, sold, quantity) - before };
    });
    const losses = parts
      .filter(({ paid, cost }) => paid < cost)
      .toSorted((a, b) => a.lot.at - b.lot.at || a.lot.id - b.lot.id)
      .map(({ lot, count, cost, paid }): ModelLoss => ({
        disposal,
        lot: lot.id,
        at,
        units: unitsOf(count, 0),
        loss: cost - paid,
        disallowed: 0,
      }));
    const washed = losses.flatMap((loss) =>
      this.lots.flatMap((lot) =>
        lot.bought && lot.id !== loss.lot && isNear(lot.at, at) ? this.match(loss, lot) : [],
      ),
    );
    this.losses.push(...losses);
    const texts = parts.map(({ lot, count, cost, paid }) => {
      const replaced = losses.find((loss) => loss.lot === lot.id)?.units ?? [];
      return `${lot.id}:${count}:${cost}:${paid}:${isLong(lot.at, at) ? "long" : "short"}:${trues(replaced)}`;
    });
    return [texts, washed];
  }

  split(to: number, from: number): void {
    const scaled = (count: number): number => Math.floor((count * to) / from);
    let [before, after, cost] = [0, 0, 0];
    const kept: ModelLot[] = [];
    for (const lot of this.lots) {
      before += lot.units.length;
      const count = scaled(before) - after;
      after += count;
      cost += lot.cost;
      if (count === 0) continue;
      const used = lot.units.includes(false) ? Math.min(count, scaled(trues(lot.units))) : count;
      kept.push({ ...lot, units: unitsOf(count, used), cost });
      cost = 0;
    }
    const last = kept.at(-1);
    if (last !== undefined) last.cost += cost;
    this.lots = kept;
    this.losses = this.losses.filter((loss) => {
      const [count, used] = [scaled(loss.units.length), scaled(trues(loss.units))];
      loss.units = unitsOf(count, used);
      return used < count;
    });
  }
}

const METHODS = [fc.constantFrom("fifo", "lifo", "highest_cost" as const)] as const;
const choices = fc.array(
  fc.record({ lotId: fc.integer({ min: 0, max: 12 }), quantity: fc.integer({ min: 0, max: 9 }) }),
  {
    maxLength: 4,
  },
);
const method = fc.oneof(
  { weight: 4, arbitrary: METHODS[0] },
  choices.map((specific) => ({ specific })),
);
const hours = fc.oneof(fc.integer({ min: 0, max: 48 }), fc.integer({ min: 0, max: 24 * 40 }));
const quantity = fc.integer({ min: 1, max: 12 });
const cost = fc.integer({ min: 0, max: 900 });
const event = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("buy" as const), hours, quantity, cost }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("sell" as const),
      hours,
      quantity: fc.integer({ min: 1, max: 20 }),
      proceeds: fc.integer({ min: -20, max: 900 }),
      method,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("receive" as const),
      hours,
      quantity,
      cost,
      age: fc.integer({ min: 0, max: 9000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("send" as const), hours, quantity, method }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("split" as const),
      hours,
      to: fc.integer({ min: 1, max: 4 }),
      from: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

test("PF-1, PF-2, PF-3, PF-4, PF-5, PF-6, PF-7, PF-9: after every event, tax lots and results are those of the model", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40, size: "max" }), fc.boolean(), (events, restarts) => {
      let state = noTaxLots();
      const model = new Model();
      let now = Date.UTC(2023, 5, 1, 3, 30);
      let [acquired, removed] = [0, 0];
      for (const each of events) {
        now += each.hours * 3_600_000;
        if (each.kind === "buy") {
          const { lotId, washSales } = acquire(state, { quantity: each.quantity, cost: each.cost, at: now });
          const texts = washSales.map((sale) => {
            const { disposalId, lotId: sold, replacedBy, disallowed } = sale;
            return `${disposalId}/${sold}>${replacedBy}:${sale.quantity}:${disallowed}`;
          });
          expect(texts).toEqual(model.acquire(now, each.quantity, each.cost));
          expect(lotId).toBe(model.lastLot);
          acquired += each.cost;
        } else if (each.kind === "receive") {
          const acquiredAt = now - each.age * 3_600_000;
          transferIn(state, { acquiredAt, quantity: each.quantity, cost: each.cost });
          model.add(false, acquiredAt, each.quantity, each.cost);
          acquired += each.cost;
        } else if (each.kind === "split") {
          const before = state.quantity;
          const split = splitLots(state, { to: each.to, from: each.from });
          model.split(each.to, each.from);
          expect(split.quantity * each.from + split.remainder).toBe(before * each.to);
          removed += split.costRemoved;
        } else {
          const most = Math.min(each.quantity, model.quantity);
          if (most === 0) continue;
          const by: LotMethod = each.method;
          if (each.kind === "send") {
            const sent = transferOut(state, most, by);
            const same = model.remove(most, each.method);
            const plain = same.map(({ lot, count, cost: paid }) => [lot.id, lot.at, count, paid]);
            expect(sent.map((lot) => [lot.lotId, lot.acquiredAt, lot.quantity, lot.cost])).toEqual(plain);
            removed += sent.reduce((sum, lot) => sum + lot.cost, 0);
          } else {
            const sale = dispose(state, { quantity: most, proceeds: each.proceeds, at: now, method: by });
            const lots = sale.lots.map(
              (lot) => `${lot.lotId}:${lot.quantity}:${lot.cost}:${lot.proceeds}:${lot.term}:${lot.washSaleQuantity}`,
            );
            const washed = sale.washSales.map(
              (wash) => `${wash.disposalId}/${wash.lotId}>${wash.replacedBy}:${wash.quantity}:${wash.disallowed}`,
            );
            expect([lots, washed]).toEqual(model.dispose(now, most, each.proceeds, each.method));
            expect(sale.lots.reduce((sum, lot) => sum + lot.proceeds, 0)).toBe(each.proceeds);
            expect(sale.lots.reduce((sum, lot) => sum + lot.gain, 0)).toBe(sale.gain);
            expect(sale.proceeds - sale.cost).toBe(sale.gain);
            removed += sale.cost;
          }
        }
        expect(state.lots.map((lot) => [lot.lotId, lot.acquiredAt, lot.quantity, lot.replaced, lot.cost])).toEqual(
          model.lots.map((lot) => [lot.id, lot.at, lot.units.length, trues(lot.units), lot.cost]),
        );
        expect(state.quantity).toBe(model.quantity);
        expect(state.cost).toBe(state.lots.reduce((sum, lot) => sum + lot.cost, 0));
        expect(removed + state.cost).toBe(acquired);
        const again = restoreLots(JSON.parse(JSON.stringify(saveLots(state))) as ReturnType<typeof saveLots>);
        expect(again).toEqual(state);
        if (restarts) state = again;
      }
    }),
    { numRuns: 400 },
  );
});
