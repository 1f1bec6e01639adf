/** Timers that cancel an account's orders: the dead-man's switch, and the leases of stream sessions. */
import type { AccountId } from "../../domain/ids.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import {
  type CancelAfter,
  decideCancelAfter,
  decideDisconnect,
  decideLease,
  decideRelease,
} from "../../domain/account/timers/decideTimers.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { Lease } from "../../protocol/rpc/accountPrivacy.ts";
import { mayAct, type Principal } from "../../protocol/auth/principal.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { type ClientInfoCipher, unlessClosed } from "./clientInfo.ts";

type Decide<T> = (state: Readonly<AccountState>, now: number) => { entries: readonly AccountEntry[]; outcome: T };

export interface TimerServicePorts {
  readonly accountId: AccountId;
  readonly origins: ClientInfoCipher;
  state(): Readonly<AccountState>;
  /** Decides a request to an open account, after timers that are due. */
  decideAfterTimers<T>(decide: Decide<T>): Promise<T>;
}

/** Sets, reads and ends the timers of an account. */
export class TimerService {
  readonly #ports: TimerServicePorts;

  constructor(ports: TimerServicePorts) {
    this.#ports = ports;
  }

  async setCancelAfter(timeoutSeconds: number, origin: Origin): Promise<Outcome<CancelAfter>> {
    const decide = (state: Readonly<AccountState>, now: number) =>
      decideCancelAfter(state, timeoutSeconds, now, origin);
    return this.#ports.decideAfterTimers(unlessClosed(this.#ports.origins, decide));
  }

  cancelAfter(): CancelAfter {
    return { currentTime: Date.now(), triggerTime: this.#ports.state().timers.cancelAfter?.at ?? null };
  }

  /** Starts or renews a lease; false when it is refused. */
  hold(session: string, ttlMs: number, origin: Origin, by: Principal | undefined): Promise<boolean> {
    const mayTrade = this.#mayTrade(by);
    return this.#ports.decideAfterTimers((state, now) => decideLease(state, session, ttlMs, now, origin, mayTrade));
  }

  /** Ends a lease without cancelling orders. */
  async release(session: string, origin: Origin): Promise<void> {
    await this.#ports.decideAfterTimers((state) => decideRelease(state, session, origin));
  }

  /** The session disconnected: cancels open orders if it has a lease and its holder may trade. */
  async end(session: string, origin: Origin, by: Principal | undefined): Promise<void> {
    const mayTrade = this.#mayTrade(by);
    await this.#ports.decideAfterTimers((state) => decideDisconnect(state, session, origin, mayTrade));
  }

  leases(): Lease[] {
    return Array.from(this.#ports.state().timers.leases, ([session, { at }]) => ({ session, at }));
  }

  /** Undefined for callers of an earlier release, which do not send the principal. */
  #mayTrade(by: Principal | undefined): boolean | undefined {
    return by === undefined ? undefined : mayAct(by, this.#ports.accountId, "trade");
  }
}
