/**
 * Distributes updates to subscribers. Those with the same codec and the same symbols of the same channels are a group:
 * what they lack is kept once, made into one frame, and sent as the same bytes to each. A subscriber is apart from its
 * group while it lacks something else: when it is new or resumes, and while it does not read.
 */
import { CHANNEL_NAMES, type Channels } from "../../../protocol/stream/channels.ts";
import type { DataFeed } from "../../../protocol/stream/permissions.ts";
import type { Codec } from "../../../protocol/stream/codec.ts";
import {
  ConflationBuffer,
  ConflationScheduler,
  isWanted,
  type MarketDataUpdate,
  type Receiver,
  type SchedulerPorts,
  type Wanted,
  wantedOf,
} from "./conflation.ts";
import type { Backfill, Connection } from "./connection.ts";

export interface FanOutPorts extends SchedulerPorts {
  /** The sequence through which a book's updates were given to its receivers. */
  delivered(symbol: string): number;
}

/** A subscriber that has unsent data of its own. */
class Apart implements Receiver {
  readonly #connection: Connection;
  readonly #flushed: () => void;

  constructor(connection: Connection, flushed: () => void) {
    this.#connection = connection;
    this.#flushed = flushed;
  }

  add(update: MarketDataUpdate): boolean {
    return this.#connection.add(update);
  }

  flush(): boolean {
    const isFlushed = this.#connection.flush();
    if (isFlushed) this.#flushed();
    return isFlushed;
  }
}

/** What a group's subscribers have in common; `symbols` are those of all channels. */
interface Subscription {
  readonly codec: Codec;
  readonly feed: DataFeed | undefined;
  readonly channels: Channels;
  readonly symbols: readonly string[];
}

/** Subscribers of the same data in the same codec. */
class Group implements Receiver {
  readonly key: string;
  symbols: readonly string[];
  readonly unsent = new ConflationBuffer();
  /** Those that lack exactly what is unsent. */
  readonly members = new Set<Connection>();
  /** The others. */
  readonly apart = new Map<Connection, Apart>();
  readonly #codec: Codec;
  readonly #wanted: Wanted;
  readonly #flushed: (group: Group, held: readonly Connection[]) => void;

  /** `flushed` gets the members that did not take the frame. They have it as unsent data of their own. */
  constructor(
    key: string,
    { codec, feed, channels, symbols }: Subscription,
    flushed: (group: Group, held: readonly Connection[]) => void,
  ) {
    this.key = key;
    this.symbols = symbols;
    this.#codec = codec;
    this.#wanted = wantedOf(channels, feed);
    this.#flushed = flushed;
  }

  add(update: MarketDataUpdate): boolean {
    return this.unsent.add(update, (channel) => isWanted(this.#wanted, channel, update.symbol));
  }

  flush(): boolean {
    const held: Connection[] = [];
    const frame = this.unsent.frame(this.#codec);
    if (frame !== null) {
      for (const member of this.members) {
        if (member.sendShared(frame)) continue;
        member.addUnsent(this.unsent);
        held.push(member);
      }
      this.unsent.clear();
    }
    this.#flushed(this, held);
    return true;
  }
}

/** A connection's group, and the channels that it was found by. */
interface Place {
  readonly group: Group;
  readonly channels: Channels;
}

export class FanOut {
  readonly #ports: FanOutPorts;
  readonly #scheduler: ConflationScheduler;
  readonly #groups = new Map<string, Group>();
  readonly #places = new Map<Connection, Place>();
  /** By symbol, the groups with members and the subscribers apart. */
  readonly #receivers = new Map<string, Set<Receiver>>();

  constructor(ports: FanOutPorts) {
    this.#ports = ports;
    this.#scheduler = new ConflationScheduler(ports);
  }

  /** Who gets the updates of a book: groups, and subscribers apart from them. */
  receivers(symbol: string): Iterable<Receiver> {
    return this.#receivers.get(symbol) ?? [];
  }

  /** Data was added for a receiver. */
  changed(receiver: Receiver): void {
    this.#scheduler.changed(receiver);
  }

  /**
   * A connection is new, or its session has changed; `symbols` are those of all its channels. What it lacks by an
   * earlier subscription is sent at once.
   */
  update(connection: Connection, symbols: readonly string[]): void {
    const { codec, session } = connection;
    const { channels, feed } = session;
    const before = this.#places.get(connection);
    if (before !== undefined) {
      const isSame =
        before.channels === channels || (symbols.length > 0 && before.group.key === keyOf({ codec, feed, channels }));
      if (isSame && symbols.length > 0) return this.#setSymbols(before.group, symbols);
      this.#leave(connection, before.group);
    }
    if (symbols.length === 0) {
      // Only what it lacked is left to be sent.
      if (connection.hasUnsent) this.#scheduler.changed(connection);
      return;
    }
    const group = this.#groupOf({ codec, feed, channels, symbols });
    this.#places.set(connection, { group, channels });
    this.#setApart(connection, group);
    this.#place(connection);
  }

  /** Gives a subscriber whose updates were held back what it lacked, and then those updates. */
  release(connection: Connection, backfills: readonly Backfill[]): void {
    connection.releaseUpdates(backfills);
    this.#place(connection);
  }

  #place(connection: Connection): void {
    const apart = this.#places.get(connection)?.group.apart.get(connection);
    // A window begins with a frame.
    if (apart !== undefined && connection.hasUnsent) this.changed(apart);
    else this.#join(connection);
  }

  /** The sequence through which a connection was sent a book's data, when later data of it waits. */
  sentOf(connection: Connection, symbol: string): number | undefined {
    const group = this.#places.get(connection)?.group;
    const shared = group?.members.has(connection) === true ? group.unsent.previousOf(symbol) : undefined;
    return shared ?? connection.sentOf(symbol);
  }

  remove(connection: Connection): void {
    const place = this.#places.get(connection);
    if (place !== undefined) this.#leave(connection, place.group);
  }

  #groupOf(subscription: Subscription): Group {
    const key = keyOf(subscription);
    const known = this.#groups.get(key);
    if (known !== undefined) {
      this.#setSymbols(known, subscription.symbols);
      return known;
    }
    const group = new Group(key, subscription, (flushed, held) => this.#groupFlushed(flushed, held));
    this.#groups.set(key, group);
    return group;
  }

  /** `*` stands for more symbols when some are listed. */
  #setSymbols(group: Group, symbols: readonly string[]): void {
    const { symbols: before, members, apart } = group;
    if (before.length === symbols.length && before.every((symbol, nth) => symbol === symbols[nth])) return;
    const receivers: Receiver[] = [...apart.values()];
    if (members.size > 0) receivers.push(group);
    for (const receiver of receivers) this.#unindex(receiver, before);
    group.symbols = symbols;
    for (const receiver of receivers) this.#index(receiver, symbols);
  }

  #setApart(connection: Connection, group: Group): Apart {
    const apart = new Apart(connection, () => this.#join(connection));
    group.apart.set(connection, apart);
    this.#index(apart, group.symbols);
    return apart;
  }

  /** Makes a subscriber a member of its group, once both lack nothing. */
  #join(connection: Connection): void {
    const group = this.#places.get(connection)?.group;
    const apart = group?.apart.get(connection);
    if (group === undefined || apart === undefined || group.unsent.bytes > 0 || connection.hasUnsent) return;
    if (!this.#isCaughtUp(connection)) return;
    group.apart.delete(connection);
    this.#unindex(apart, group.symbols);
    if (group.members.size === 0) this.#index(group, group.symbols);
    group.members.add(connection);
  }

  #isCaughtUp(connection: Connection): boolean {
    return connection.isCaughtUp((symbol) => this.#ports.delivered(symbol));
  }

  /** The connection is no longer in the group. It keeps what it lacks. */
  #leave(connection: Connection, group: Group): void {
    this.#places.delete(connection);
    const apart = group.apart.get(connection);
    if (apart !== undefined) {
      group.apart.delete(connection);
      this.#unindex(apart, group.symbols);
    } else {
      connection.addUnsent(group.unsent);
      this.#removeMember(connection, group);
    }
    if (group.members.size === 0 && group.apart.size === 0) this.#groups.delete(group.key);
  }

  #removeMember(connection: Connection, group: Group): void {
    group.members.delete(connection);
    if (group.members.size > 0) return;
    this.#unindex(group, group.symbols);
    group.unsent.clear();
  }

  #groupFlushed(group: Group, held: readonly Connection[]): void {
    // The group lacks nothing now, so those that have caught up can join it once they lack nothing either.
    for (const [connection, apart] of [...group.apart]) if (this.#isCaughtUp(connection)) apart.flush();
    for (const connection of held) {
      this.#removeMember(connection, group);
      this.changed(this.#setApart(connection, group));
    }
  }

  #index(receiver: Receiver, symbols: readonly string[]): void {
    for (const symbol of symbols) {
      const receivers = this.#receivers.get(symbol);
      if (receivers === undefined) this.#receivers.set(symbol, new Set([receiver]));
      else receivers.add(receiver);
    }
  }

  #unindex(receiver: Receiver, symbols: readonly string[]): void {
    for (const symbol of symbols) {
      const receivers = this.#receivers.get(symbol);
      receivers?.delete(receiver);
      if (receivers?.size === 0) this.#receivers.delete(symbol);
    }
  }
}

/** Equal for equal subscriptions, also when their symbols were named in another order. */
function keyOf({ codec, feed, channels }: Pick<Subscription, "codec" | "feed" | "channels">): string {
  return JSON.stringify([codec, feed, ...CHANNEL_NAMES.map((channel) => [...channels[channel]].sort())]);
}
