import { describe, expect, test } from "vitest";
import type { Principal } from "../auth/principal.ts";
import { CHANNEL_NAMES, CHANNELS, channelsDelivered, everyChannelName, UNSERVED_CHANNELS } from "./channels.ts";
import { dataMessage, subscriptionFrame } from "./data.ts";
import { forbiddenChannel } from "./permissions.ts";
import { dataElements } from "./schemas.ts";
import { permits, READERS } from "./rules.ts";

describe("MD-40: a channel is declared once", () => {
  test("its schema has the code that its elements are sent with, and no two channels share one", () => {
    const codes = CHANNEL_NAMES.map((name) => CHANNELS[name].code);
    expect(CHANNEL_NAMES.map((name) => CHANNELS[name].schema.shape.T.value)).toEqual(codes);
    expect(new Set(codes).size).toBe(codes.length);
    // Order books are made of the elements of depth.
    const own = CHANNEL_NAMES.filter((name) => name !== "orderbooks");
    expect(CHANNELS.orderbooks.part).toBe(CHANNELS.depth.part);
    expect(new Set(own.map((name) => CHANNELS[name].part)).size).toBe(own.length);
  });

  test("subscription messages, acknowledgements and the described elements have every channel", () => {
    const symbols = Object.fromEntries(CHANNEL_NAMES.map((name) => [name, [`${name}!`]]));
    const message = dataMessage.parse({ action: "subscribe", ...symbols, news: ["AAPL"] });
    expect(message).toEqual({ kind: "subscribe", channels: symbols, unserved: ["news"], cursors: {} });
    if (message.kind !== "subscribe") throw new Error("no subscription");
    const [frame] = subscriptionFrame(message.channels);
    expect(dataElements.subscription.parse(frame)).toEqual(frame);
    // Corrections and cancels are subscribed with the trades of a symbol.
    const withTrades = { corrections: ["trades!", "corrections!"], cancelErrors: ["trades!", "cancelErrors!"] };
    expect(frame).toMatchObject({ ...symbols, ...withTrades });
    expect(Object.keys(everyChannelName(0))).toEqual([...CHANNEL_NAMES, ...UNSERVED_CHANNELS]);
    for (const name of CHANNEL_NAMES) expect(dataElements[CHANNELS[name].message]).toBe(CHANNELS[name].schema);
  });

  test("elements of a frame are in the order of the declarations, so that a quote follows its trades", () => {
    expect(channelsDelivered("every", "latest")[0]).toBe("trades");
    expect(channelsDelivered("every", "changes", "latest", "unsequenced", "events")).toEqual(CHANNEL_NAMES);
  });

  test("its rule says who may subscribe", () => {
    const reader: Principal = { userId: "u", accountId: "a", roles: ["viewer"], scopes: ["read"] };
    const trader: Principal = { ...reader, roles: ["trader"], scopes: ["trade"] };
    const subscription = dataMessage.parse({ action: "subscribe", quotes: ["AAPL"], trades: [] });
    if (subscription.kind !== "subscribe") throw new Error("no subscription");
    expect(CHANNELS.quotes.access).toBe(READERS);
    expect(forbiddenChannel(reader, subscription)).toBeUndefined();
    expect(forbiddenChannel(trader, subscription)).toBe("quotes");
    expect(forbiddenChannel(null, subscription)).toBe("quotes");
    expect(permits({ who: ["trader"], scope: "any" }, reader)).toBe(false);
    expect(permits({ who: "anyone" }, null)).toBe(true);
  });
});
