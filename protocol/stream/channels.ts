/**
 * The channels of market data. A channel is declared here once; subscription messages, acknowledgements, the parts of a
 * segment, the relay's conflation and recovery, permissions and the AsyncAPI description derive from the declaration.
 */
import * as z from "zod";
import { wireCryptoTrade } from "../wire/cryptoData.ts";
import { wireQuote, wireTrade } from "../wire/market.ts";
import { time } from "../wire/primitives.ts";
import { wireBar } from "../wire/bars.ts";
import { depthSchema, orderbookSchema, orderDepthSchema } from "./depth.ts";
import { READERS, type StreamRule } from "./rules.ts";

/**
 * How the elements of a channel reach a subscriber. `every`: each element, in the order of the book's sequence.
 * `changes`: a snapshot, and then each change in that order; changes that have not been sent may be merged (depth.ts).
 * `latest`: in that order too, but a newer element replaces an older one that has not been sent. `unsequenced`: the
 * same outside of the sequence, because an element counts when it arrives; null ends it. `events`: each element, outside
 * of the sequence, to those who are subscribed when it arrives.
 */
export type Delivery = "every" | "changes" | "latest" | "unsequenced" | "events";

/** What a book computes and sends only for relays that ask for it. */
export type Demand = "depth" | "orders" | "bars";

interface Declaration {
  /** `T` of its elements. */
  readonly code: string;
  /** Name of its message in the AsyncAPI description. */
  readonly message: string;
  readonly description: string;
  readonly delivery: Delivery;
  /** The field of a segment with its elements as MessagePack maps, and for `every` the field with their number. */
  readonly part: string;
  readonly count?: string;
  /** What a relay asks its books for while it has subscribers; left out: they send the channel to every relay. */
  readonly demand?: Demand;
  /** Who may subscribe. */
  readonly access: StreamRule;
  readonly schema: z.ZodObject;
}

/** Every element has these: its code and its symbol. */
const head = <T extends string>(code: T) => ({ T: z.literal(code), S: z.string() });
/** The number of the last event that an element contains. */
export const seq = z.int().meta({ description: "cursor to resume after this element" });
const tape = z.string();

export const CHANNELS = {
  trades: {
    code: "t",
    message: "trade",
    description: "every trade",
    delivery: "every",
    part: "trades",
    count: "tradeCount",
    access: READERS,
    schema: wireTrade.extend({ ...head("t"), tks: wireCryptoTrade.shape.tks, seq }).meta({ id: "StreamTrade" }),
  },
  quotes: {
    code: "q",
    message: "quote",
    description: "best bid and ask",
    delivery: "latest",
    part: "quote",
    access: READERS,
    schema: wireQuote.extend({ ...head("q"), seq }).meta({ id: "StreamQuote" }),
  },
  depth: {
    code: "depth",
    message: "depth",
    description: "price levels: a snapshot, then every change, each with a checksum",
    delivery: "changes",
    part: "depth",
    demand: "depth",
    access: READERS,
    schema: depthSchema(head("depth"), seq),
  },
  orderbooks: {
    code: "o",
    message: "orderbook",
    description: "the elements of `depth` in the shape of Alpaca's order books",
    delivery: "changes",
    part: "depth",
    demand: "depth",
    access: READERS,
    schema: orderbookSchema(head("o"), seq),
  },
  orders: {
    code: "orders",
    message: "orderDepth",
    description: "displayed orders: a snapshot, then every change, each with checksums",
    delivery: "changes",
    part: "orders",
    demand: "orders",
    access: READERS,
    schema: orderDepthSchema(head("orders"), seq),
  },
  statuses: {
    code: "s",
    message: "status",
    description: "phase and session of the market, halts",
    delivery: "latest",
    part: "status",
    access: READERS,
    schema: z
      .object({
        ...head("s"),
        z: tape,
        t: time,
        sc: z.string(),
        sm: z.string(),
        rc: z.string(),
        rm: z.string(),
        phase: z.string(),
        session: z.string(),
        until: time.optional().meta({ description: "scheduled end of the phase" }),
      })
      .meta({ id: "StreamStatus" }),
  },
  lulds: {
    code: "l",
    message: "bands",
    description: "price bands (Limit Up-Limit Down)",
    delivery: "latest",
    part: "bands",
    access: READERS,
    schema: z
      .object({
        ...head("l"),
        z: tape,
        t: time,
        u: z.number().meta({ description: "upper band; 0 without bands" }),
        d: z.number().meta({ description: "lower band" }),
        i: z.enum(["B", "D", "F"]),
        ref: z.number(),
        limit: z.enum(["upper", "lower", ""]).meta({ description: "the band of a limit state, else empty" }),
      })
      .meta({ id: "StreamBands" }),
  },
  imbalances: {
    code: "i",
    message: "imbalance",
    description: "indicative price and quantities of the coming auction, at most once a second",
    delivery: "unsequenced",
    part: "imbalance",
    access: READERS,
    schema: z
      .object({
        ...head("i"),
        z: tape,
        t: time,
        p: z.number().meta({ description: "price of the auction; 0 when nothing would match" }),
        paired: z.number(),
        imbalance: z.number(),
        side: z.enum(["buy", "sell", ""]),
        ref: z.number(),
      })
      .meta({ id: "StreamImbalance" }),
  },
  bars: {
    code: "b",
    message: "bar",
    description: "the bar of each minute that traded, right after its end",
    delivery: "events",
    part: "bars",
    demand: "bars",
    access: READERS,
    schema: wireBar.extend(head("b")).meta({ id: "StreamBar" }),
  },
  updatedBars: {
    code: "u",
    message: "updatedBar",
    description: "a bar that was sent, and has got a late trade since",
    delivery: "events",
    part: "updatedBars",
    demand: "bars",
    access: READERS,
    schema: wireBar.extend(head("u")).meta({ id: "StreamUpdatedBar" }),
  },
  dailyBars: {
    code: "d",
    message: "dailyBar",
    description: "the bar of the day so far, after each minute in which it has changed",
    delivery: "events",
    part: "dailyBars",
    demand: "bars",
    access: READERS,
    schema: wireBar.extend(head("d")).meta({ id: "StreamDailyBar" }),
  },
  corrections: {
    code: "c",
    message: "correction",
    description: "a trade whose price or quantity was corrected; trades are not corrected so far",
    delivery: "events",
    part: "corrections",
    access: READERS,
    schema: z
      .object({
        ...head("c"),
        x: z.string(),
        oi: z.int().meta({ description: "the original trade: number, price, quantity, conditions" }),
        op: z.number(),
        os: z.number(),
        oc: z.array(z.string()),
        ci: z.int().meta({ description: "the same of the corrected trade" }),
        cp: z.number(),
        cs: z.number(),
        cc: z.array(z.string()),
        t: time,
        z: tape,
      })
      .meta({ id: "StreamCorrection" }),
  },
  cancelErrors: {
    code: "x",
    message: "cancelError",
    description: "a trade that was busted; trades are not busted so far",
    delivery: "events",
    part: "cancelErrors",
    access: READERS,
    schema: z
      .object({
        ...head("x"),
        i: z.int(),
        x: z.string(),
        p: z.number(),
        s: z.number(),
        a: z.string().meta({ description: "C: canceled, E: error" }),
        t: time,
        z: tape,
      })
      .meta({ id: "StreamCancelError" }),
  },
} as const satisfies Readonly<Record<string, Declaration>>;

type Declarations = typeof CHANNELS;
export type Channel = keyof Declarations;

/** The channels with a delivery. */
export type ChannelOf<D extends Delivery> = {
  [C in Channel]: Declarations[C]["delivery"] extends D ? C : never;
}[Channel];
/** The fields of a segment that contain these channels. */
export type PartOf<D extends Delivery> = Declarations[ChannelOf<D>]["part"];

export const CHANNEL_NAMES = Object.keys(CHANNELS) as readonly Channel[];

/** Channels that clients ask for, mostly with an empty list, and that are not served yet. */
export const UNSERVED_CHANNELS = ["news"] as const;
export type UnservedChannel = (typeof UNSERVED_CHANNELS)[number];

/** Symbols by channel. */
export type Channels = Readonly<Record<Channel, readonly string[]>>;

/** A record of the channels with the value that `of` returns for each. */
export function eachChannel<T>(of: (channel: Channel) => T): Record<Channel, T> {
  return Object.fromEntries(CHANNEL_NAMES.map((channel) => [channel, of(channel)])) as Record<Channel, T>;
}

/** A record of all channels, unserved ones too, with the same value for each. */
export function everyChannelName<T>(value: T): Record<Channel | UnservedChannel, T> {
  const unserved = Object.fromEntries(UNSERVED_CHANNELS.map((channel) => [channel, value]));
  return { ...eachChannel(() => value), ...(unserved as Record<UnservedChannel, T>) };
}

/** The channels with these deliveries, in the order of their elements in a frame. */
export function channelsDelivered<D extends Delivery>(...deliveries: readonly D[]): readonly ChannelOf<D>[] {
  const wanted: readonly Delivery[] = deliveries;
  return CHANNEL_NAMES.filter((channel) => wanted.includes(CHANNELS[channel].delivery)) as ChannelOf<D>[];
}

/** Whether a channel has this delivery. */
export function isDelivered<D extends Delivery>(channel: Channel, delivery: D): channel is ChannelOf<D> {
  return CHANNELS[channel].delivery === delivery;
}

/** What a channel makes a relay ask its books for; null: nothing. */
export function demandOf(channel: Channel): Demand | null {
  const declared: Declaration = CHANNELS[channel];
  return declared.demand ?? null;
}
