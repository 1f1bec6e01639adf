/** The sample feed, generated with a seed in the form of a recorded market. */
import { PRICE_DECIMALS, formatDecimal } from "../../domain/decimal.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { seededRandom } from "../../dev/makers/random.ts";

const SEED = 11;
const EVENTS = 1_500;
const SYMBOL = "BTC/USD";
/** 2026-09-01, 14:00 in UTC. */
const BEGINS = 1_788_271_200_000;
/** In 1e-8 coins. */
const VOLUME_MIN = 50_000_000;
const VOLUME_MAX = 2_000_000_000;
/** In ten thousandths of the price: distance of orders from it, and its largest move in one event. */
const SPREAD = 12;
const STEP = 1;
const CENT = 100;

/** The whole file: orders are created, some cross the spread at once, and most are deleted before they trade. */
export function sampleFeed(): string {
  const random = seededRandom(SEED, SYMBOL);
  const open: { id: number; price: string; side: string }[] = [];
  const lines = ["id,timestamp,exchange.timestamp,price,volume,action,direction"];
  let middle = requireInstrument(SYMBOL).referencePrice;
  let at = BEGINS;
  for (let id = 1; lines.length <= EVENTS;) {
    at += random.integer(1, 400);
    middle += Math.round((random.normal() * STEP * middle) / 10_000);
    const row = (order: { id: number; price: string; side: string }, volume: number, action: string): void =>
      void lines.push([order.id, at, at - 3, order.price, volume, action, order.side].join(","));
    if (open.length > 60 || (open.length > 0 && random.next() < 0.4)) {
      const [order] = open.splice(random.integer(0, open.length - 1), 1);
      if (order !== undefined) row(order, 0, "deleted");
      continue;
    }
    const side = random.next() < 0.5 ? "bid" : "ask";
    // A tenth crosses the spread.
    const away = (random.next() < 0.1 ? -1 : 1) * random.integer(1, SPREAD);
    const price = middle + ((side === "bid" ? -1 : 1) * away * middle) / 10_000;
    const order = { id: id++, side, price: formatDecimal(Math.round(price / CENT) * CENT, PRICE_DECIMALS) };
    open.push(order);
    row(order, random.integer(VOLUME_MIN, VOLUME_MAX), "created");
  }
  return `${lines.join("\n")}\n`;
}
