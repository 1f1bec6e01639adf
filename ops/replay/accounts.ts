/** The two accounts of a replay: one sends every bid of the feed, the other every ask. */
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { PRICE_DECIMALS, formatDecimal } from "../../domain/decimal.ts";
import { INSTRUMENTS_FRESH_MS } from "../../durable-objects/instrumentCache/cachedInstruments.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { administrationOf } from "../../dev/administration.ts";
import type { Api } from "../../dev/api.ts";
import type { Demo } from "../../dev/demo.ts";
import { StartFailure } from "../../dev/failure.ts";
import { readJsonFile, writeJsonFile } from "../../dev/files.ts";
import { DemoUser, ensureUser } from "../../dev/users.ts";
import { VOLUME_DECIMALS } from "./feed.ts";
import type { FeedEvent } from "./feed.ts";

/** The largest deposit (100 million dollars, 10,000 coins); larger amounts are deposited in parts. */
const CASH_PART = 1_000_000_000_000n;
const VOLUME_PART = 1_000_000_000_000n;
const CLEAR_MS = 60_000;

/** The coin that a feed is played as: nobody else quotes it. */
export const REPLAYED = "REPLAY/USD";
/** The reference price of the listing: feeds of BTC/USD play as it. */
const REFERENCE = formatDecimal(requireInstrument("BTC/USD").referencePrice, PRICE_DECIMALS);
/** A new listing is known to every worker and object after this time, and a little for the calls themselves. */
const LISTED_MS = INSTRUMENTS_FRESH_MS + 1_000;

const ReplayAccounts = z.object({ url: z.string(), bids: DemoUser, asks: DemoUser });
export type ReplayAccounts = z.infer<typeof ReplayAccounts>;

/** Cash (1/10,000 dollar) and volume (1e-8) for every created order of the feed in full. */
export function funding(events: readonly FeedEvent[]): { cash: bigint; volume: bigint } {
  let cash = 0n;
  let volume = 0n;
  for (const event of events) {
    if (event.action !== "created") continue;
    if (event.side === "sell") volume += BigInt(event.volume);
    // Rounded up for each order, as the hold is.
    else cash += (BigInt(event.price) * BigInt(event.volume)) / 100_000_000n + 1n;
  }
  return { cash, volume };
}

/** Creates the accounts if they do not exist, cancels their open orders, and funds them for this run. */
export async function prepareAccounts(
  api: Api,
  demo: Demo,
  file: string,
  symbol: string,
  run: string,
  events: readonly FeedEvent[],
): Promise<ReplayAccounts> {
  const { admin } = demo;
  const stored = readJsonFile(file, ReplayAccounts);
  const known = stored?.url === demo.url ? stored : null;
  const administration = await administrationOf(api, admin, demo.approver);
  const by = { ...administration, plan: "market_maker" } as const;
  const user = (name: string, one: DemoUser | undefined): Promise<DemoUser> =>
    ensureUser(api, { email: `replay-${name}@demo.exchange`, password: admin.password, by }, one);
  const bids = await user("bids", known?.bids);
  const asks = await user("asks", known?.asks);
  writeJsonFile(file, { url: demo.url, bids, asks } satisfies ReplayAccounts);
  for (const account of [bids, asks]) await clear(api, account);
  if (symbol === REPLAYED && (await api.listCoin(administration, REPLAYED, "Replayed coin", REFERENCE))) {
    await sleep(LISTED_MS);
  }
  const { cash, volume } = funding(events);
  for (const [i, part] of parts(cash, CASH_PART).entries()) {
    await api.deposit(administration, bids.accountId, `${run}-cash-${i}`, formatDecimal(part, PRICE_DECIMALS));
  }
  for (const [i, part] of parts(volume, VOLUME_PART).entries()) {
    await api.deposit(
      administration,
      asks.accountId,
      `${run}-shares-${i}`,
      formatDecimal(part, VOLUME_DECIMALS),
      symbol,
    );
  }
  return { url: demo.url, bids, asks };
}

async function clear(api: Api, account: DemoUser): Promise<void> {
  const deadline = performance.now() + CLEAR_MS;
  while ((await api.openOrders(account)).length > 0) {
    if (performance.now() > deadline) throw new StartFailure(`The old orders of ${account.email} cannot be cancelled.`);
    await api.cancelAllOrders(account);
    await sleep(20);
  }
}

function parts(total: bigint, most: bigint): bigint[] {
  const result: bigint[] = [];
  for (let left = total; left > 0n; left -= most) result.push(left < most ? left : most);
  return result;
}
