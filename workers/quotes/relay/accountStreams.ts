/**
 * Sends trade updates to the sockets of their account. Every socket reads the account's log at a cursor of its own,
 * which survives hibernation, and gets each update once and in order.
 */
import type { AccountId } from "../../../domain/ids.ts";
import type { AccountSnapshot, UpdatesPage } from "../../../protocol/rpc/account.ts";
import type { AccountNotice } from "../../../protocol/rpc/relay.ts";
import type { TradeUpdate } from "../../../domain/account/state/events.ts";
import { type Codec, writeMessage } from "../../../protocol/stream/codec.ts";
import { listeningFrame } from "../../../protocol/stream/trading.ts";
import { snapshotFrame, tradeUpdateFrame } from "../../../protocol/mapping/tradingFrames.ts";
import { SequencedReader, type LogPage } from "./sequencedReader.ts";
import type { Connection } from "./connection.ts";
import type { Leases } from "./leases.ts";
import { UPDATES_PAGE } from "./limits.ts";
import { cursorAheadFrame, leaseRefusedFrame } from "./refusalSteps.ts";
import type { Listen } from "./step.ts";
import type { StreamSession } from "./streamSession.ts";

export interface AccountStreamPorts {
  /** Subscribes at the account, and returns the number of its last update. */
  subscribe(accountId: AccountId): Promise<number>;
  updatesAfter(accountId: AccountId, cursor: number, limit: number): Promise<UpdatesPage>;
  snapshot(accountId: AccountId): Promise<AccountSnapshot | null>;
  /** Charges the calls that fetch what a socket missed. */
  chargeResume(connection: Connection, calls: number): void;
  /** The session of a connection has changed. */
  sessionChanged(connection: Connection): void;
  wait(ms: number): Promise<void>;
  tooSlow(connection: Connection): void;
  /** The missed updates cannot be fetched: the client must reconnect. */
  gapFillFailed(connection: Connection, error: unknown): void;
}

/** An account keeps no more pages than this; a snapshot replaces older ones. */
const RESUMED_PAGES_MAX = 20;

type Frames = Map<Codec, string | Uint8Array>;

export class AccountStreams {
  readonly #ports: AccountStreamPorts;
  readonly #leases: Leases;
  readonly #readers = new Map<Connection, SequencedReader<TradeUpdate>>();
  /** Encoded once for all sockets of one codec. */
  readonly #frames = new WeakMap<TradeUpdate, Frames>();

  constructor(ports: AccountStreamPorts, leases: Leases) {
    this.#ports = ports;
    this.#leases = leases;
  }

  /** Continues a socket that listened before hibernation. */
  restore(connection: Connection): void {
    if (connection.session.listening && connection.cursor !== null) {
      this.#reader(connection).start(connection.cursor);
    }
  }

  /**
   * Turns updates on: sends the acknowledgement, then what follows the cursor. A refusal changes nothing. Rejects when
   * the account is out of reach.
   */
  async listen(connection: Connection, { cursor, cancelOnDisconnect, notices }: Listen): Promise<void> {
    const before = connection.session;
    // The reader buffers what is pushed from now on until the acknowledgement is sent.
    if (!before.listening) this.#reader(connection);
    this.#change(connection, { ...before, listening: true, notices });
    const through = await this.#ports.subscribe(before.accountId ?? "");
    if (cursor !== null && cursor > through) return this.#refuse(connection, before, cursorAheadFrame(cursor, through));
    if (!cancelOnDisconnect) await this.#leases.release(connection);
    else if (!(await this.#leases.take(connection))) return this.#refuse(connection, before, leaseRefusedFrame());
    const reader = this.#readers.get(connection);
    // The socket has closed.
    if (reader === undefined) return;
    const position = cursor ?? reader.position ?? through;
    connection.reply(listeningFrame(position, cancelOnDisconnect, notices));
    if (reader.position === position) return;
    this.#ports.chargeResume(connection, Math.min(Math.ceil((through - position) / UPDATES_PAGE), RESUMED_PAGES_MAX));
    connection.sentThrough(position);
    // A reader that has started is replaced by one that starts at the cursor.
    const starting = reader.position === null ? reader : this.#reader(connection);
    starting.push([], through);
    starting.start(position);
  }

  /** Turns updates off, and releases the lease. */
  async unlisten(connection: Connection): Promise<void> {
    this.remove(connection);
    connection.sentThrough(null);
    await this.#leases.release(connection);
  }

  /** Passes a push to all sockets that listen to one account: updates, or only the number of the last one. */
  push(listeners: Iterable<Connection>, updates: readonly TradeUpdate[], through: number): void {
    for (const listener of listeners) this.#readers.get(listener)?.push(updates, through);
  }

  /** Sends a notice to the sockets of one account that listen to its stream. */
  notify(listeners: Iterable<Connection>, notice: AccountNotice): void {
    for (const listener of listeners) {
      if (!(listener.session.notices ?? []).includes(notice.stream)) continue;
      listener.reply(notice);
      if (listener.isSlow) this.#ports.tooSlow(listener);
    }
  }

  /** The socket has closed or unlistened. */
  remove(connection: Connection): void {
    this.#readers.get(connection)?.stop();
    this.#readers.delete(connection);
  }

  #refuse(connection: Connection, before: StreamSession, error: unknown): void {
    if (!before.listening) this.remove(connection);
    this.#change(connection, { ...before, lease: connection.session.lease });
    connection.reply(error);
  }

  #change(connection: Connection, session: StreamSession): void {
    connection.save(session);
    this.#ports.sessionChanged(connection);
  }

  /** A new reader for a socket, which replaces its previous one. */
  #reader(connection: Connection): SequencedReader<TradeUpdate> {
    this.remove(connection);
    const reader = new SequencedReader<TradeUpdate>({
      span: ({ sequence }) => ({ previous: sequence - 1, sequence }),
      after: (update) => update,
      pull: (cursor) => this.#pull(connection, cursor),
      deliver: (updates, position) => this.#deliver(connection, updates, position),
      wait: (ms) => this.#ports.wait(ms),
      failed: (error) => this.#ports.gapFillFailed(connection, error),
    });
    this.#readers.set(connection, reader);
    return reader;
  }

  async #pull(connection: Connection, cursor: number): Promise<LogPage<TradeUpdate>> {
    const accountId = connection.session.accountId ?? "";
    const { updates, through, oldest } = await this.#ports.updatesAfter(accountId, cursor, UPDATES_PAGE);
    if (oldest <= cursor + 1) return { items: updates, through, skip: null };
    const snapshot = await this.#ports.snapshot(accountId);
    if (snapshot === null) throw new Error(`no account ${accountId}`);
    const announce = () => {
      connection.reply(snapshotFrame(snapshot));
      connection.sentThrough(snapshot.through);
    };
    return { items: [], through: snapshot.through, skip: { to: snapshot.through, announce } };
  }

  #deliver(connection: Connection, updates: readonly TradeUpdate[], position: number): void {
    for (const update of updates) connection.sendFrame(this.#frame(update, connection.codec));
    connection.sentThrough(position);
    if (connection.isSlow) this.#ports.tooSlow(connection);
  }

  #frame(update: TradeUpdate, codec: Codec): string | Uint8Array {
    const frames = this.#frames.get(update) ?? new Map<Codec, string | Uint8Array>();
    this.#frames.set(update, frames);
    const frame = frames.get(codec) ?? writeMessage(codec, tradeUpdateFrame(update));
    frames.set(codec, frame);
    return frame;
  }
}
