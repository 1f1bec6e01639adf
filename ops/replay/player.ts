/** Sends a feed's events to the exchange one after the other, which preserves their order. */
import { setTimeout as sleep } from "node:timers/promises";
import { PRICE_DECIMALS, formatDecimal } from "../../domain/decimal.ts";
import { Refused } from "../../dev/api.ts";
import type { Api } from "../../dev/api.ts";
import type { Key } from "../../dev/credentials.ts";
import { mayRepeat } from "../../dev/makers/gate.ts";
import { VOLUME_DECIMALS } from "./feed.ts";
import type { FeedEvent } from "./feed.ts";
import { countReject } from "./tally.ts";
import type { Tally } from "./tally.ts";

const RETRY_MS_MIN = 50;
const RETRY_MS_MAX = 2_000;
const PENDING_POLL_MS = 20;

export interface Playing {
  readonly api: Api;
  readonly symbol: string;
  /** The accounts that send bids and asks. */
  readonly bids: Key;
  readonly asks: Key;
  /** Prefix of the client order ids. */
  readonly run: string;
  /** Multiple of the recorded speed; Infinity: without pauses. */
  readonly speed: number;
  /** How long one request is repeated before the replay gives up. */
  readonly timeoutMs: number;
  readonly stop: AbortSignal;
  readonly progress: (done: number) => void;
}

interface Sent {
  readonly key: Key;
  readonly orderId: string;
}

/** Plays until the end or until stopped. Rejects when the exchange does not answer for `timeoutMs`. */
export async function playFeed(playing: Playing, events: readonly FeedEvent[], tally: Tally): Promise<void> {
  const sent = new Map<string, Sent | null>();
  const start = performance.now();
  const first = events[0]?.at ?? 0;
  for (const [i, event] of events.entries()) {
    if (playing.stop.aborted) return;
    const wait = (event.at - first) / playing.speed - (performance.now() - start);
    if (wait > 1) await sleep(wait, undefined, { signal: playing.stop }).catch(() => {});
    if (event.action === "changed") tally.changedSkipped++;
    else if (event.action === "created") await create(playing, event, sent, tally);
    else await cancel(playing, event, sent, tally);
    playing.progress(i + 1);
  }
}

async function create(playing: Playing, event: FeedEvent, sent: Map<string, Sent | null>, tally: Tally): Promise<void> {
  if (sent.has(event.id)) return void tally.repeatedIds++;
  const { api, symbol } = playing;
  const key = event.side === "buy" ? playing.bids : playing.asks;
  sent.set(event.id, null);
  const order = await request(playing, tally, () =>
    api.submitOrder(key, {
      symbol,
      side: event.side,
      type: "limit",
      time_in_force: "gtc",
      qty: formatDecimal(event.volume, VOLUME_DECIMALS),
      limit_price: formatDecimal(event.price, PRICE_DECIMALS),
      client_order_id: `${playing.run}-${event.id}`,
    }),
  );
  if (order instanceof Refused) return countReject(tally, order.status, order.message);
  tally.accepted++;
  sent.set(event.id, { key, orderId: order.id });
  if (order.status === "pending_new") await settled(playing, tally, key, order.id);
}

async function cancel(playing: Playing, event: FeedEvent, sent: Map<string, Sent | null>, tally: Tally): Promise<void> {
  const order = sent.get(event.id);
  if (order === undefined) return void tally.deletesOfUnknown++;
  // The order was refused, so there is nothing to cancel.
  if (order === null) return;
  sent.set(event.id, null);
  const retriesBefore = tally.retries;
  const answer = await request(playing, tally, () => playing.api.cancelOrder(order.key, order.orderId));
  if (answer instanceof Refused) {
    if (answer.status === 422) tally.cancelsTooLate++;
    else countReject(tally, answer.status, answer.message);
    return;
  }
  tally.canceled++;
  // A repeated cancel may be answered before the book applies it, and the next event must not overtake it.
  if (tally.retries > retriesBefore) await settled(playing, tally, order.key, order.orderId);
}

/** Repeats a request until it has an answer, and returns a refusal as an answer. Counts and times it. */
async function request<T>(playing: Playing, tally: Tally, send: () => Promise<T>): Promise<T | Refused> {
  const started = performance.now();
  tally.sent++;
  for (let wait = RETRY_MS_MIN; ; wait = Math.min(wait * 2, RETRY_MS_MAX)) {
    try {
      const answer = await send();
      tally.latencies.push(performance.now() - started);
      return answer;
    } catch (error) {
      if (error instanceof Refused && !mayRepeat(error)) {
        tally.latencies.push(performance.now() - started);
        return error;
      }
      if (!mayRepeat(error) || performance.now() - started > playing.timeoutMs || playing.stop.aborted) {
        tally.errors++;
        throw error;
      }
      tally.retries++;
      await sleep(wait);
    }
  }
}

/** Waits until the book has reported an order: after a crash its messages may be in transit. */
async function settled(playing: Playing, tally: Tally, key: Key, orderId: string): Promise<void> {
  const deadline = performance.now() + playing.timeoutMs;
  while (performance.now() < deadline && !playing.stop.aborted) {
    try {
      const { status } = await playing.api.order(key, orderId);
      if (status !== "pending_new" && status !== "pending_cancel") return;
    } catch (error) {
      if (!mayRepeat(error)) throw error;
      tally.retries++;
    }
    await sleep(PENDING_POLL_MS);
  }
}
