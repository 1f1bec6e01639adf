/** Moves two markets while every client listens, until each has seen all that it subscribes to. */
import { expect, vi } from "vitest";
import type { Channel } from "../../../../protocol/stream/channels.ts";
import type { Exchange } from "../../exchange.ts";
import { COIN, QUIET, SHARE, type StreamClient } from "./streamClient.ts";

/** What came of a client: why a channel failed, by channel; null when it passed. */
export type StreamResults = ReadonlyMap<Channel, Error | null>;

/** The results by client, and a bar of the stream beside that of REST. */
export interface StreamRun {
  readonly results: ReadonlyMap<string, StreamResults>;
  readonly bar: { readonly streamed: unknown; readonly past: unknown };
}

/** A minute, and what it takes to begin. */
const SEEN_MS = 110_000;
const PRICES = { [SHARE]: 478, [COIN]: 236 };

export async function runStreams(exchange: Exchange, clients: readonly StreamClient[]): Promise<StreamRun> {
  const maker = await exchange.trader(10_000_000, { [SHARE]: 10_000, [COIN]: 100 });
  const trader = await exchange.trader(1_000_000);
  const order = async (as: typeof maker, ticket: object): Promise<void> => {
    const reply = await exchange.call(as, "POST", "/v2/orders", { time_in_force: "gtc", ...ticket });
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
  };
  for (const [symbol, price] of Object.entries(PRICES)) {
    await order(maker, { symbol, side: "sell", type: "limit", qty: 50, limit_price: price + 1 });
    await order(maker, { symbol, side: "buy", type: "limit", qty: 10, limit_price: price - 1 });
  }
  const at = { url: exchange.url, streamUrl: exchange.url.replace("http", "ws"), trader };
  const runs = await Promise.all(
    clients.map(async (client) => {
      const elements = new Map<Channel, unknown>();
      return {
        client,
        elements,
        stream: await client.open(at, (channel, element) => void elements.set(channel, element)),
      };
    }),
  );
  await interrupt(exchange);
  let nth = 0;
  const isDone = ({ client, elements }: (typeof runs)[number]): boolean =>
    client.channels.every((channel) => QUIET.has(channel) || elements.has(channel));
  const trading = async (): Promise<void> => {
    nth++;
    for (const [symbol, price] of Object.entries(PRICES)) {
      await order(trader, { symbol, side: "buy", type: "market", qty: symbol === COIN ? 0.05 : 0.1 });
      const bid = { symbol, side: "buy", type: "limit", qty: symbol === COIN ? 0.01 : 1 };
      await order(maker, { ...bid, limit_price: price - 1 + 0.01 * (nth % 50) });
    }
    expect(runs.filter((run) => !isDone(run)).map(({ client }) => client.name)).toEqual([]);
  };
  // What a client has not seen then is reported by channel.
  await vi.waitFor(trading, { timeout: SEEN_MS, interval: 1_000 }).catch(() => undefined);
  const results = new Map(
    runs.map(({ client, elements, stream }) => [client.name, judged(client, elements, stream.acknowledged())]),
  );
  for (const { stream } of runs) await stream.close();
  const raw = runs.find(({ client }) => client.name === "raw, fragmented, json");
  const bar = raw?.elements.get("bars") as { readonly t: string } | undefined;
  const query = `timeframe=1Min&start=${bar?.t}&end=${bar?.t}`;
  const past = await exchange.call(trader, "GET", `/v2/stocks/${SHARE}/bars?${query}`);
  return { results, bar: { streamed: bar, past: past.body.bars?.[0] } };
}

/** Halts the share and resumes it by an auction, so that its status changes and there are imbalances. */
async function interrupt(exchange: Exchange): Promise<void> {
  const admin = await exchange.admin();
  const path = `/v1/admin/symbols/${SHARE}`;
  expect(await exchange.call(admin, "POST", `${path}/halt`, { reason: "news" })).toMatchObject({ status: 200 });
  expect(await exchange.call(admin, "POST", `${path}/resume`, { call_seconds: 1 })).toMatchObject({ status: 200 });
  const isOpen = async () =>
    expect((await exchange.call(admin, "GET", path)).body).toMatchObject({ phase: "continuous" });
  await vi.waitFor(isOpen, { timeout: 20_000, interval: 200 });
}

function judged(
  { channels, check }: StreamClient,
  elements: ReadonlyMap<Channel, unknown>,
  acknowledged: readonly string[],
): StreamResults {
  return new Map(channels.map((channel) => [channel, failure(channel)]));

  function failure(channel: Channel): Error | null {
    if (QUIET.has(channel)) return acknowledged.includes(channel) ? null : new Error("not acknowledged");
    if (!elements.has(channel)) return new Error("nothing came");
    try {
      check(channel, elements.get(channel));
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
