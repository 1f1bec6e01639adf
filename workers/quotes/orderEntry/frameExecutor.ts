/** Carries out the commands of frames: one call of the account for each frame, and one commit there. */
import type { RateLimitStatus } from "../../../domain/rateLimit.ts";
import { accountObject } from "../../../durable-objects/actor/namespaces.ts";
import { listedInstruments } from "../../../durable-objects/instrumentCache/cachedInstruments.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import type { ApiError } from "../../../protocol/errors/catalogue.ts";
import { errorResult, type ReadCommand, readCommands, resultOf } from "../../../protocol/mapping/streamCommands.ts";
import { ackFrame, orderEntryErrorFrame } from "../../../protocol/mapping/orderEntryFrames.ts";
import type { AccountRpc } from "../../../protocol/rpc/account.ts";
import type { CommandOptions, CommandOutcome, OrderCommand } from "../../../protocol/rpc/orderCommands.ts";
import { ORDER_WAY_MS_MAX } from "../../../protocol/rpc/orderDeadline.ts";
import type { CommandResult } from "../../../protocol/stream/orderEntry.ts";
import { isPermittedOnStream } from "../../../protocol/stream/permissions.ts";
import type { Answer, Connection } from "./connection.ts";
import { BLOCKED_MS_MAX } from "./limits.ts";
import type { Effect } from "./session.ts";

type Execute = Extract<Effect, { readonly kind: "execute" }>;

/** What the account answered, and when; an earlier release of core leaves out the times. */
type Called =
  | { readonly refused: true; readonly rate: RateLimitStatus }
  | {
      readonly refused: false;
      readonly rate: RateLimitStatus;
      readonly value: readonly CommandOutcome[];
      readonly times?: { readonly in: number; readonly out: number };
    };

export interface FrameExecutorPorts {
  /** The account did not answer a call. */
  failed(error: unknown): void;
  /** A frame was answered. `executed`: the account was given its commands. */
  settled(connection: Connection, executed: boolean): void;
}

export class FrameExecutor {
  readonly #env: QuotesEnv;
  readonly #ports: FrameExecutorPorts;
  /** One stub for each connection: the platform keeps the order of calls of a stub, but not of several stubs. */
  readonly #accounts = new WeakMap<Connection, AccountRpc>();
  /** Connections whose calls went through several stubs. */
  readonly #unordered = new WeakSet<Connection>();

  constructor(env: QuotesEnv, ports: FrameExecutorPorts) {
    this.#env = env;
    this.#ports = ports;
  }

  /**
   * Carries out a frame that came at `at` (epoch milliseconds). The calls of a connection are made in the order of its
   * frames; later ones do not wait for the answers of earlier ones.
   */
  execute(connection: Connection, frame: Execute, at: number): void {
    connection.began(frame.id, frame.commands.length);
    const failed = (error: unknown): void => this.#failed(connection, frame.id, error);
    void connection.enqueue(() => this.#begin(connection, frame, at).catch(failed));
  }

  /**
   * Ends the lease of a connection that is over. The account decides it right after the frames in flight, because it is
   * a call of the same stub and sequence; it waits for no answer of a book.
   */
  async endLease(connection: Connection, by: Principal, lease: string, origin: Origin): Promise<void> {
    if (this.#unordered.has(connection)) await connection.idle();
    try {
      await this.#accountOf(connection, by).endSession(lease, origin, by, sequenceOf(connection));
    } catch (error) {
      this.#accounts.delete(connection);
      throw error;
    }
  }

  async #begin(connection: Connection, { id, commands, options }: Execute, at: number): Promise<void> {
    // What has not begun when the connection ends is never carried out.
    if (!connection.isOpen) return;
    const instruments = await listedInstruments(this.#env, "quotes");
    const { principal } = connection.session;
    if (!connection.isOpen || principal === undefined) return;
    const mayRead = isPermittedOnStream(principal, "orders", "query");
    const read = readCommands(commands, id, instruments).map((each) => permitted(each, mayRead));
    const valid = read.flatMap(({ read: each }) => (each.ok ? [each.value] : []));
    // With `all_or_none` a frame with a malformed command places nothing.
    const executed = options.allOrNone && valid.length < read.length ? [] : valid;
    if (executed.length === 0) {
      connection.answered(id, (position) => ackFrame(id, position, resultsOf(read, []), { in: at, out: Date.now() }));
      return this.#ports.settled(connection, false);
    }
    // Frames are decided in their order, also after one that reads the prices of a book.
    const inSequence = { ...options, sequence: sequenceOf(connection) };
    void connection
      .calling(() => this.#call(connection, principal, executed, inSequence, at))
      .then((called) => {
        connection.answered(id, this.#answer(connection, id, read, called, at));
        this.#ports.settled(connection, !called.refused);
      })
      .catch((error: unknown) => this.#failed(connection, id, error));
  }

  /** The frame has an answer in any case: those of later frames wait for it. */
  #failed(connection: Connection, id: string, error: unknown): void {
    // A stub may not recover from a failure.
    if (this.#accounts.delete(connection)) this.#unordered.add(connection);
    this.#ports.failed(error);
    connection.answered(id, (position) => orderEntryErrorFrame({ reason: "unavailable" }, { id, ...position }));
  }

  #accountOf(connection: Connection, { accountId }: Principal): AccountRpc {
    let account = this.#accounts.get(connection);
    if (account === undefined) this.#accounts.set(connection, (account = accountObject(this.#env, accountId)));
    return account;
  }

  #call(
    connection: Connection,
    principal: Principal,
    commands: readonly OrderCommand[],
    options: CommandOptions,
    at: number,
  ): Promise<Called> {
    const { plan = "standard" } = principal;
    const { origin } = connection.session;
    const validUntil = at + ORDER_WAY_MS_MAX;
    const account = this.#accountOf(connection, principal);
    return account.metered(plan, "executeCommands", [principal, commands, options, origin, validUntil]);
  }

  #answer(connection: Connection, id: string, read: readonly ReadCommand[], called: Called, at: number): Answer {
    if (called.refused) {
      const { retryAfterMs } = called.rate;
      const now = Date.now();
      connection.note({ ...connection.session, blockedUntil: now + Math.min(retryAfterMs, BLOCKED_MS_MAX) });
      const retryAfterSeconds = Math.ceil(retryAfterMs / 1_000);
      return (position) => orderEntryErrorFrame({ reason: "rate_limited", retryAfterSeconds }, { id, ...position });
    }
    const { value, times, rate } = called;
    const results = resultsOf(read, value);
    const account = times === undefined ? {} : { account_in: times.in, account_out: times.out };
    return (position) => ackFrame(id, position, results, { in: at, ...account, out: Date.now() }, rate);
  }
}

/** Names the calls of a connection, which the account decides in their order. */
function sequenceOf({ session }: Connection): string {
  return session.origin.requestId;
}

function permitted(command: ReadCommand, mayRead: boolean): ReadCommand {
  if (mayRead || !command.read.ok || command.read.value.kind !== "query") return command;
  return { id: command.id, read: { ok: false, error: { reason: "forbidden" } } };
}

/** The results of a frame's commands: `outcomes` are those of the ones that were executed. */
function resultsOf(read: readonly ReadCommand[], outcomes: readonly CommandOutcome[]): CommandResult[] {
  let nth = 0;
  return read.map(({ id, read: each }) => {
    if (!each.ok) return errorResult(id, each.error);
    const outcome = outcomes[nth++];
    const missing: ApiError = { reason: "batch_not_executed" };
    return outcome === undefined ? errorResult(id, missing) : resultOf(id, each.value, outcome);
  });
}
