import { uuidFromText } from "../../../domain/ids.ts";
import { CENT } from "../../../domain/market/instrument.ts";
import type { MarketEntry, Phase, Session } from "../../../domain/market/phase.ts";
import type { BookCommand, ReplaceCommand } from "../../../domain/matching/messages.ts";
import { RULES } from "../../../domain/matching/rules.ts";
import type { NaiveMarket } from "../naiveMarket/market.ts";
import { CELLS } from "./cells.ts";
import type { Cell } from "./cells.ts";
import { Random } from "./random.ts";
import { priceOf, randomOrder, SELF_TRADE, triggerOf, withinOf } from "./orders.ts";
import type { PriceGrid } from "./orders.ts";

/** One event of a market. */
export type BookEvent =
  | {
      readonly kind: "command";
      readonly owner: string;
      readonly command: BookCommand;
      readonly now: number;
      readonly cell?: Cell;
    }
  | { readonly kind: "entry"; readonly entry: MarketEntry; readonly now: number }
  /** The market is saved and loaded, as at a restart. */
  | { readonly kind: "reload"; readonly now: number };

const ACCOUNTS = ["account/a", "account/b", "account/c"] as const;

/** The phases of a trading day in order, and the average number of events of each. */
const PHASES: readonly { phase: Phase; session: Session; uncross?: "opening" | "closing"; lasts: number }[] = [
  { phase: "continuous", session: "overnight", lasts: 12 },
  { phase: "continuous", session: "pre", lasts: 20 },
  { phase: "pre_open", session: "regular", lasts: 12 },
  { phase: "opening_auction", session: "regular", lasts: 15 },
  { phase: "continuous", session: "regular", uncross: "opening", lasts: 90 },
  { phase: "closing_auction", session: "regular", lasts: 15 },
  { phase: "continuous", session: "post", uncross: "closing", lasts: 20 },
  { phase: "closed", session: "closed", lasts: 10 },
];

/** Number of open orders above which cancels become likely. On a wide day few orders match. */
const CROWD = 45;
const WIDE_CROWD = 600;
/** Probability of each event that the instrument is delisted. */
const DELISTINGS = 0.000_3;
/** One day in this many is wide: simple orders over the whole range of prices. */
const WIDE_DAYS = 25;

/** Generates the events of a random day from a seed. It finds orders for cancels and replaces in the naive market. */
export class RandomDay {
  readonly #random: Random;
  readonly #market: NaiveMarket;
  readonly #grid: PriceGrid;
  readonly #sent: { readonly owner: string; orderId: string }[] = [];
  /** Probability of each event that the market changes from older rules to the current ones. */
  readonly #old: number;
  readonly #scheduled: boolean;
  /** Whether order ids are UUIDs, as in the exchange, or short texts. */
  readonly #idOf: (word: string) => string;
  readonly #luldTier: 1 | 2 | null;
  /** Milliseconds between events: bands need minutes to change. */
  readonly #moment: number;
  #now = 1_000;
  #phase = 0;
  #orders = 0;
  #begun = false;

  constructor(seed: number, market: NaiveMarket) {
    this.#random = new Random(seed);
    this.#market = market;
    this.#old = this.#random.chance(0.8) ? 1 : 0.005;
    this.#scheduled = this.#random.chance(0.7);
    this.#luldTier = this.#random.pick(TIERS);
    this.#moment = this.#luldTier === null ? 1 : SECOND;
    // Bands and pauses are different in the last minutes before the close.
    if (this.#luldTier !== null) this.#now = NEAR_CLOSE + this.#random.whole(0, 40) * 60 * SECOND;
    this.#idOf = this.#random.chance(0.5) ? uuidFromText : (word) => word;
    if (this.#random.chance(1 / WIDE_DAYS)) this.#grid = WIDE;
    else this.#grid = this.#random.pick(this.#luldTier === null ? GRIDS : BANDED_GRIDS);
    this.#phase = this.#random.whole(0, PHASES.length - 1);
  }

  next(): BookEvent {
    const random = this.#random;
    if (random.chance(0.6)) this.#now += random.whole(1, 4) * this.#moment;
    const entry = this.#entry();
    if (entry !== null) return { kind: "entry", entry, now: this.#now };
    if (random.chance(0.01)) return { kind: "reload", now: this.#now };
    const crowd = this.#market.world.orders.length / (this.#grid.wide ? WIDE_CROWD : CROWD);
    const choice = random.next();
    if (choice < 0.1 + 0.35 * crowd * crowd) return this.#cancel();
    if (choice < 0.22 + 0.3 * crowd * crowd) return this.#replace();
    return this.#order();
  }

  /** An entry by the clock, an administrator or the schedule; null when an account acts instead. */
  #entry(): MarketEntry | null {
    const random = this.#random;
    const { phase } = this.#market.world;
    if (!this.#begun) {
      this.#begun = true;
      const luldTier = this.#luldTier;
      if (this.#scheduled) return { kind: "configure", calendar: "us_equities", luldTier };
      if (luldTier !== null) return { kind: "configure", calendar: "always", luldTier };
    }
    if (this.#market.world.rules < RULES && random.chance(this.#old)) return { kind: "rules", version: RULES };
    if (random.chance(0.02)) return { kind: "expire" };
    const listing = this.#listing();
    if (listing !== null) return listing;
    const until = this.#now + random.whole(10, 300) * this.#moment;
    if (random.chance(0.001)) return { kind: "resume", until };
    if (phase === "halted") {
      if (random.chance(0.07)) return { kind: "resume", until };
    } else if (phase === "reopening_auction") {
      if (random.chance(0.12)) {
        return { kind: "phase", phase: "continuous", session: this.#market.world.session, until, uncross: "reopening" };
      }
    } else if (random.chance(phase === "continuous" ? 0.008 : 0.004)) {
      return {
        kind: "halt",
        reason: random.pick(["manual", "news"] as const),
        until: random.chance(0.5) ? until : null,
      };
    }
    const current = PHASES[this.#phase % PHASES.length];
    if (!this.#scheduled || phase === "halted" || phase === "reopening_auction") return null;
    if (current !== undefined && !random.chance(1 / current.lasts)) return null;
    const next = PHASES[++this.#phase % PHASES.length];
    if (next === undefined) return null;
    const { lasts: _, uncross, ...facts } = next;
    const forgotten = uncross === undefined || random.chance(0.05);
    return { kind: "phase", ...facts, ...(forgotten ? {} : { uncross }), until };
  }

  /** Sometimes the tick changes, an entry is repeated, or the instrument is delisted. */
  #listing(): MarketEntry | null {
    const random = this.#random;
    const { instrument } = this.#market.world;
    const { version } = instrument;
    if (random.chance(0.002)) {
      const tick = random.pick([CENT, 2 * CENT, 5 * CENT]);
      return { kind: "instrument", instrument: { ...instrument, tick, version: version + random.whole(0, 2) } };
    }
    if (!random.chance(DELISTINGS)) return null;
    return { kind: "instrument", instrument: { ...instrument, status: "delisted", version: version + 1 } };
  }

  #order(): BookEvent {
    const random = this.#random;
    const { world } = this.#market;
    let cell = random.chance(0.3) ? PLAIN : random.pick(this.#grid.wide ? PLAIN_CELLS : CELLS);
    const auctionOnly = cell.timeInForce === "opg" || cell.timeInForce === "cls";
    if (auctionOnly && world.calendar === "always") cell = PLAIN;
    const owner = random.pick(ACCOUNTS);
    const command = randomOrder(random, cell, this.#grid, this.#newId(), this.#now, this.#moment);
    this.#sent.push({ owner, orderId: command.orderId });
    return { kind: "command", owner, command, now: this.#now, cell };
  }

  /** An order for a cancel or replace: usually an open one, sometimes one that has ended or is of another account. */
  #target(): { owner: string; orderId: string } | null {
    const random = this.#random;
    const alive = this.#market.world.orders;
    const pick = random.chance(0.92) && alive.length > 0 ? random.pick(alive) : null;
    const target = pick ?? (this.#sent.length > 0 ? random.pick(this.#sent) : null);
    if (target === null) return null;
    return { owner: random.chance(0.03) ? random.pick(ACCOUNTS) : target.owner, orderId: target.orderId };
  }

  #cancel(): BookEvent {
    const target = this.#target();
    if (target === null) return this.#order();
    return {
      kind: "command",
      owner: target.owner,
      command: { kind: "cancel", orderId: target.orderId },
      now: this.#now,
    };
  }

  #replace(): BookEvent {
    const target = this.#target();
    if (target === null) return this.#order();
    const random = this.#random;
    const order = this.#market.world.orders.find(({ orderId }) => orderId === target.orderId);
    const newOrderId = this.#newId()("");
    const total = order?.total ?? 10;
    // Usually less, so that queue positions are kept; sometimes what is filled already, or no change.
    const qty = random.chance(0.6) ? random.whole(1, total) : random.whole(total, total + 10);
    const type = order?.trigger?.kind === "trail" ? "trailing_stop" : "stop";
    const trigger = order?.trigger !== undefined && random.chance(0.3) ? triggerOf(random, { type }, this.#grid) : null;
    const lasting = order !== undefined && ["day", "gtc", "gtd"].includes(order.timeInForce);
    const command: ReplaceCommand = {
      kind: "replace",
      orderId: target.orderId,
      newOrderId,
      ...(random.chance(0.7) ? { qty } : {}),
      ...(random.chance(0.45) ? { price: priceOf(random, this.#grid) } : {}),
      ...(random.chance(0.4) ? { within: withinOf(random, this.#grid) } : {}),
      ...(trigger === null
        ? {}
        : { trigger: order?.trigger?.kind === "touch" ? ({ ...trigger, kind: "touch" } as typeof trigger) : trigger }),
      ...(lasting && random.chance(0.15) ? this.#otherTime() : {}),
      ...(random.chance(0.2) ? { selfTrade: random.pick(SELF_TRADE) } : {}),
    };
    this.#sent.push({ owner: target.owner, orderId: newOrderId });
    return { kind: "command", owner: target.owner, command, now: this.#now };
  }

  /** The id of a new order; `suffix` for its legs. */
  #newId(): (role: string) => string {
    const nth = ++this.#orders;
    return (role) => this.#idOf(`o${nth}${role}`);
  }

  #otherTime(): Pick<ReplaceCommand, "timeInForce" | "expiresAt"> {
    const timeInForce = this.#random.pick(["day", "gtc", "gtd"] as const);
    return {
      timeInForce,
      expiresAt: timeInForce === "gtc" ? null : this.#now + this.#random.whole(1, 400) * this.#moment,
    };
  }
}

/** Price bands of a day; most have none. */
const TIERS: readonly (1 | 2 | null)[] = [null, null, null, 1, 2];
const SECOND = 1_000;
/** 15:20 in New York on a full trading day. */
const NEAR_CLOSE = Date.UTC(2026, 10, 20, 20, 20);

const GRIDS: readonly PriceGrid[] = [
  { middle: 2_680_000, step: 100 },
  { middle: 2_680_000, step: 200 },
  // On both sides of a dollar, where the tick changes.
  { middle: 9_998, step: 1 },
];
/** Some prices are beyond the bands, which are 5 % or 10 % from the first price of the day. */
const BANDED_GRIDS: readonly PriceGrid[] = [
  { middle: 2_680_000, step: 30_000 },
  { middle: 2_680_000, step: 60_000 },
];
const WIDE: PriceGrid = { middle: 0, step: 0, wide: true };
const PLAIN_CELLS = CELLS.filter(
  ({ type, orderClass, condition }) => type === "limit" && orderClass === "simple" && condition === "none",
);
const PLAIN: Cell = { type: "limit", timeInForce: "gtc", orderClass: "simple", condition: "none" };
