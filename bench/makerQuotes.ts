/** The load of a market maker: a quote on both sides of every symbol, all of them replaced again and again. */
import type { Key } from "../dev/credentials.ts";
import { formatDecimal, PRICE_DECIMALS } from "../domain/decimal.ts";
import { requireInstrument } from "../domain/market/listing.ts";

const CENT = 100;
/** Quotes are this far from the reference price, so that bids and asks of one account never meet. */
const DISTANCE_CENTS = 50;
/** Batches in flight; each has quotes of its own. */
const LOOPS = 4;

interface Quote {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  id: string;
  /** Changes between two prices. */
  step: 0 | 1;
}

interface Outcome {
  readonly status: number;
  readonly body: { readonly id: string } | null;
}

/** Quotes for some seconds, then cancels. Resolves to the number of replaces. */
export async function quoteFor(url: string, maker: Key, symbols: readonly string[], seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  const headers = {
    "apca-api-key-id": maker.keyId,
    "apca-api-secret-key": maker.secret,
    "content-type": "application/json",
  };
  const send = async (commands: readonly unknown[]): Promise<Outcome[]> => {
    const body = JSON.stringify({ commands });
    const response = await fetch(`${url}/v1/orders/batch`, { method: "POST", headers, body });
    if (response.status !== 207) throw new Error(`batch: ${response.status} ${await response.text()}`);
    const outcomes = (await response.json()) as Outcome[];
    const refused = outcomes.find(({ status }) => status >= 300);
    if (refused !== undefined) throw new Error(`command: ${refused.status} ${JSON.stringify(refused.body)}`);
    return outcomes;
  };
  const replaces = await Promise.all(Array.from({ length: LOOPS }, () => quoteLoop(send, symbols, end)));
  return replaces.reduce((sum, count) => sum + count, 0);
}

async function quoteLoop(
  send: (commands: readonly unknown[]) => Promise<Outcome[]>,
  symbols: readonly string[],
  end: number,
): Promise<number> {
  const quotes = symbols.flatMap((symbol): Quote[] =>
    (["buy", "sell"] as const).map((side) => ({ symbol, side, id: "", step: 0 })),
  );
  const keep = (outcomes: readonly Outcome[]): void => {
    for (const [index, quote] of quotes.entries()) quote.id = outcomes[index]?.body?.id ?? "";
  };
  keep(await send(quotes.map(placeOf)));
  let count = 0;
  while (performance.now() < end) {
    for (const quote of quotes) quote.step = quote.step === 0 ? 1 : 0;
    keep(await send(quotes.map((quote) => ({ action: "replace", order_id: quote.id, limit_price: priceOf(quote) }))));
    count += quotes.length;
  }
  await send(quotes.map(({ id }) => ({ action: "cancel", order_id: id })));
  return count;
}

function placeOf(quote: Quote): unknown {
  const { symbol, side } = quote;
  return { action: "place", symbol, side, type: "limit", time_in_force: "gtc", qty: "1", limit_price: priceOf(quote) };
}

/** Bids are below the reference price, asks above it. */
function priceOf({ symbol, side, step }: Quote): string {
  const { referencePrice } = requireInstrument(symbol);
  const distance = CENT * (DISTANCE_CENTS + step);
  return formatDecimal(side === "buy" ? referencePrice - distance : referencePrice + distance, PRICE_DECIMALS);
}
