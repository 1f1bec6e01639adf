/** How an upstream that speaks Alpaca's protocol is reached: its socket, and its newest data by REST. */
import type { FeedItem } from "../../domain/market/feeds/feed.ts";
import type { AssetClass } from "../../domain/market/asset.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { readLatest } from "../../protocol/mapping/feedElements.ts";
import { guardedFetch } from "../../protocol/http/guardedFetch.ts";
import { limitedText } from "./limitedText.ts";
import type { FeedSettings } from "./settings.ts";
import type { SocketEvents, UpstreamPorts, UpstreamSocket } from "./upstreamConnection.ts";

/** Symbols of one request for the newest data. */
const SYMBOLS_AT_ONCE = 100;
/** Its answer has some 200 bytes for each. */
const ANSWER_BYTES_MAX = 1024 * 1024;

type Answer = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

type Reach = Pick<UpstreamPorts, "dial" | "latest" | "credentials">;

export function alpacaUpstream(assetClass: AssetClass, settings: FeedSettings): Reach {
  const { credentials } = settings;
  const headers = { "APCA-API-KEY-ID": credentials.key, "APCA-API-SECRET-KEY": credentials.secret };
  const isCoin = assetClass === "crypto";
  const outgoing = guardedFetch();

  async function read(kind: "quote" | "trade", instruments: readonly Instrument[]): Promise<FeedItem[]> {
    const symbols = encodeURIComponent(instruments.map(({ symbol }) => symbol).join(","));
    const path = isCoin
      ? `/v1beta3/crypto/us/latest/${kind}s?symbols=${symbols}`
      : `/v2/stocks/${kind}s/latest?symbols=${symbols}&feed=${settings.name}`;
    const answer = await outgoing(`${settings.dataUrl}${path}`, { headers });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new Error(`the upstream answered ${answer.status}`);
    }
    const body = JSON.parse(await limitedText(answer, ANSWER_BYTES_MAX)) as Answer;
    const found = body[`${kind}s`] ?? {};
    return instruments.flatMap((instrument) => {
      if (!Object.hasOwn(found, instrument.symbol)) return [];
      const item = readLatest(kind, instrument, found[instrument.symbol]);
      return typeof item === "string" ? [] : [item];
    });
  }

  return {
    credentials,
    dial: (events) => dial(`${settings.url}${isCoin ? "/v1beta3/crypto/us" : `/v2/${settings.name}`}`, events),
    latest: async (instruments) => {
      const items: FeedItem[] = [];
      for (let at = 0; at < instruments.length; at += SYMBOLS_AT_ONCE) {
        const some = instruments.slice(at, at + SYMBOLS_AT_ONCE);
        items.push(...(await read("quote", some)), ...(await read("trade", some)));
      }
      return items;
    },
  };
}

async function dial(url: string, events: SocketEvents): Promise<UpstreamSocket> {
  // The runtime opens WebSockets by a request with a plain scheme.
  const plain = url.replace(/^ws/, "http");
  const headers = { Upgrade: "websocket", "Content-Type": "application/msgpack" };
  // Another host must not get the key.
  const answer = await fetch(plain, { headers, redirect: "manual" });
  const socket = answer.webSocket;
  if (socket === null) {
    await answer.body?.cancel();
    throw new Error(`the upstream answered ${answer.status}`);
  }
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => events.message(data as string | ArrayBuffer));
  socket.addEventListener("close", () => events.closed());
  socket.addEventListener("error", () => events.closed());
  socket.accept();
  return {
    send: (text) => socket.send(text),
    close: () => {
      try {
        socket.close();
      } catch {
        // It is closed already.
      }
    },
  };
}
