/** A client of our own that fragments its messages, and splits what it writes: every channel, in both codecs. */
import { setTimeout as pause } from "node:timers/promises";
import { decode, encode } from "@msgpack/msgpack";
import { type Channel, CHANNEL_NAMES, CHANNELS } from "../../../../protocol/stream/channels.ts";
import { fragmentedFrame, openStream, type StreamSocket } from "../../../rig/streamSocket.ts";
import type { Any } from "../probes.ts";
import { checkElement, SHARE, type StreamClient } from "./streamClient.ts";

const CHANNEL_OF_CODE = new Map<string, Channel>(CHANNEL_NAMES.map((channel) => [CHANNELS[channel].code, channel]));
/** Bytes of a fragment, and of a TCP segment: a frame's head is split, too. */
const FRAGMENT = 11;
const WRITTEN = 5;

async function writeSplit(socket: StreamSocket, frames: Buffer): Promise<void> {
  for (let at = 0; at < frames.length; at += WRITTEN) {
    await socket.write(frames.subarray(at, at + WRITTEN));
    // The next turn of the loop: the kernel gets the bytes one after another.
    await pause(0);
  }
}

const client = (codec: "json" | "msgpack"): StreamClient => ({
  name: `raw, fragmented, ${codec}`,
  symbol: SHARE,
  channels: CHANNEL_NAMES,
  open: async ({ streamUrl, trader }, saw) => {
    let acknowledged: string[] = [];
    const says = Promise.withResolvers<void>();
    const take = (elements: Any[]): void => {
      for (const element of elements) {
        const channel = CHANNEL_OF_CODE.get(element.T);
        if (channel !== undefined) saw(channel, element);
        if (element.msg === "authenticated") says.resolve();
        if (element.T === "error") says.reject(new Error(element.msg));
        if (element.T === "subscription") {
          acknowledged = CHANNEL_NAMES.filter((name) => element[name].includes(SHARE));
        }
      }
    };
    const headers = codec === "msgpack" ? { "content-type": "application/msgpack" } : {};
    const socket = await openStream(`${streamUrl.replace("ws", "http")}/v2/iex`, (text) => take(JSON.parse(text)), {
      headers,
      onBytes: (bytes) => take(decode(bytes) as Any[]),
    });
    const write = (message: object) =>
      writeSplit(socket, fragmentedFrame(codec === "json" ? JSON.stringify(message) : encode(message), FRAGMENT));
    await write({ action: "auth", key: trader.keyId, secret: trader.secret });
    await says.promise;
    await write({ action: "subscribe", ...Object.fromEntries(CHANNEL_NAMES.map((name) => [name, [SHARE]])) });
    return { acknowledged: () => acknowledged, close: () => socket.close() };
  },
  check: (channel, element) => checkElement(SHARE, channel, element),
});

export const rawStreams: readonly StreamClient[] = [client("json"), client("msgpack")];
