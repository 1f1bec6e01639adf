/** The book's machine in the actor kernel, as in OrderBook, with three variants of persistence to compare. */
import { DurableObject } from "cloudflare:workers";
import type { BookState } from "../../domain/matching/bookState.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import { Actor } from "../../durable-objects/actor/actor.ts";
import { AlarmClock } from "../../durable-objects/actor/alarmClock.ts";
import { Journal } from "../../durable-objects/actor/journal.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import { bookMachine, type BookEntry, type BookEvent } from "../../durable-objects/orderbook/machine.ts";

/** `all`: journal and alarms on SQLite. `bytes`: a journal that is encoded and discarded. `nothing`: no journal. */
export type Keeps = "all" | "bytes" | "nothing";

type Env = { readonly KEEPS: Keeps } & Parameters<typeof accountObject>[0];

const NO_STORAGE = {
  sql: { exec: () => [] },
  transactionSync: <T>(work: () => T): T => work(),
  sync: () => Promise.resolve(),
};

export class BenchBook extends DurableObject<Env> {
  readonly #actor: Actor<BookState, BookEntry, BookCommand, BookReport, BookEvent>;
  readonly #alarms: AlarmClock;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const symbol = ctx.id.name ?? "";
    if (env.KEEPS === "nothing") forgetJournals();
    this.#alarms = new AlarmClock(ctx.storage);
    this.#actor = new Actor(`book/${symbol}`, bookMachine(symbol), {
      storage: env.KEEPS === "all" ? ctx.storage : NO_STORAGE,
      now: () => Date.now(),
      random: Math.random,
      deliver: (to, envelope) => accountObject(env, to.slice("account/".length)).deliver(envelope),
      armBy: (at) => {
        if (env.KEEPS === "all") this.#alarms.armBy(at);
      },
      persist: () => undefined,
      committed: () => undefined,
      abort: (reason) => ctx.abort(reason),
      log: () => undefined,
    });
  }

  deliver(envelope: Envelope<BookCommand>): Promise<Envelope<BookReport>> {
    return this.#actor.receive(envelope);
  }

  override alarm(): void {
    this.#alarms.fired();
    this.#actor.resumeSending();
  }
}

/** Disables the journal of this isolate, which has one book. */
function forgetJournals(): void {
  Journal.prototype.append = () => undefined;
  Object.defineProperty(Journal.prototype, "snapshotDue", { get: () => false });
}
