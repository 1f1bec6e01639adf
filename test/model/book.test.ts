import fc from "fast-check";
import { expect, test } from "vitest";
import type { BookCommand } from "../../domain/matching/messages.ts";
import { loadMarket, saveMarket } from "../../domain/matching/saved.ts";
import { applyCommand, applyEntry, newMarket } from "../../domain/matching/venue.ts";
import { resting } from "../../domain/matching/views.ts";
import type { RestingOrder } from "../../domain/matching/views.ts";
import { BookRules } from "./bookRules.ts";
import { mustEqual } from "./must.ts";
import { NaiveBook } from "./naiveBook.ts";
import type { Told } from "./naiveBook.ts";

const ACCOUNTS = ["account/a", "account/b", "account/c"] as const;

/** A step of a random day: orders meet in eleven prices, so that about half of them trade. */
type Step =
  | { readonly kind: "new"; readonly owner: string; readonly terms: Omit<BookCommand & { kind: "new" }, "orderId"> }
  | { readonly kind: "cancel"; readonly owner: string; readonly back: number }
  | { readonly kind: "expire" | "reload" };

const owner = fc.constantFrom(...ACCOUNTS);

const terms = fc.record({
  kind: fc.constant("new" as const),
  side: fc.constantFrom("buy", "sell"),
  price: fc.integer({ min: 95, max: 105 }),
  qty: fc.integer({ min: 1, max: 30 }),
  timeInForce: fc.constantFrom("gtc", "gtc", "day", "ioc"),
  market: fc.constantFrom(false, false, false, true),
  // Relative to the time it is sent at; some are over before they arrive.
  expiresAt: fc.integer({ min: -1, max: 30 }),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant("new" as const), owner, terms }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("cancel" as const), owner, back: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("expire" as const, "reload" as const) }) },
);

/** The real market behind the interface of the naive one. */
class RealBook {
  state = newMarket("AAPL");
  #told: Told[] = [];
  readonly #out = {
    report: (to: string, report: Told["report"]) => this.#told.push({ owner: to, report }),
    trade: () => undefined,
  };

  apply(from: string, command: BookCommand, now: number): Told[] {
    this.#told = [];
    applyCommand(this.state, from, command, now, this.#out);
    return this.#told;
  }

  expire(now: number): Told[] {
    this.#told = [];
    applyEntry(this.state, { kind: "expire" }, now, this.#out);
    return this.#told;
  }

  resting(): string {
    return inWords([...resting(this.state, "buy"), ...resting(this.state, "sell")]);
  }

  reload(): void {
    this.state = loadMarket(structuredClone(saveMarket(this.state)));
  }
}

/** What rests, in priority order, in words. */
function inWords(orders: Iterable<RestingOrder>): string {
  return [...orders].map(({ ref, orderId, owner, price, qty }) => `${ref} ${orderId} ${owner} ${qty}@${price}`).join();
}

function naiveResting(naive: NaiveBook): string {
  return inWords([...naive.resting("buy"), ...naive.resting("sell")]);
}

/** The commands of a day: order ids by arrival, absolute expiry times. */
function* commandsOf(
  steps: readonly (readonly [Step, number])[],
): Generator<[Step["kind"], string, BookCommand, number]> {
  let now = 0;
  let sent = 0;
  const nothing: BookCommand = { kind: "cancel", orderId: "" };
  for (const [each, wait] of steps) {
    now += wait;
    if (each.kind === "new") {
      const { timeInForce, expiresAt } = each.terms;
      const end = timeInForce === "day" && expiresAt !== null ? now + expiresAt : null;
      yield [each.kind, each.owner, { ...each.terms, orderId: `o${++sent}`, expiresAt: end }, now];
    } else if (each.kind === "cancel") {
      yield [each.kind, each.owner, { kind: "cancel", orderId: `o${sent - each.back}` }, now];
    } else {
      yield [each.kind, "", nothing, now];
    }
  }
}

const day = fc.array(fc.tuple(step, fc.nat(3)), { minLength: 1, maxLength: 80, size: "max" });

test("OB-1 to OB-10: any day of commands gives the reports and the resting orders of the naive book, and breaks no rule", () => {
  let fills = 0;
  fc.assert(
    fc.property(day, (steps) => {
      const real = new RealBook();
      const naive = new NaiveBook();
      const rules = new BookRules();
      for (const [kind, from, command, now] of commandsOf(steps)) {
        if (kind === "reload") {
          real.reload();
          continue;
        }
        if (kind === "new") rules.sent(from, command);
        const told = kind === "expire" ? real.expire(now) : real.apply(from, command, now);
        const expected = kind === "expire" ? naive.expire(now) : naive.apply(from, command, now);
        mustEqual(JSON.stringify(told), JSON.stringify(expected), "OB-1: the reports are those of the naive book");
        mustEqual(real.resting(), naiveResting(naive), "OB-6: what rests is what rests in the naive book");
        rules.told(told);
        rules.rests(real.state);
        fills += told.filter(({ report }) => report.kind === "fill").length;
      }
    }),
    { numRuns: 1000 },
  );
  // A generator that hardly trades would prove little.
  expect(fills).toBeGreaterThan(20_000);
});

test("OB-8: the same commands at the same times give the same market, with and without a restart in between", () => {
  fc.assert(
    fc.property(day, (steps) => {
      const saved = [false, true].map((restarts) => {
        const real = new RealBook();
        const told: Told[] = [];
        for (const [kind, from, command, now] of commandsOf(steps)) {
          if (kind === "new" || kind === "cancel") told.push(...real.apply(from, command, now));
          else if (kind === "expire") told.push(...real.expire(now));
          else if (restarts) real.reload();
        }
        return JSON.stringify([told, saveMarket(real.state)]);
      });
      expect(saved[1]).toBe(saved[0]);
    }),
    { numRuns: 500 },
  );
});
