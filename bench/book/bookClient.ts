/** Accounts of one book: their messages are numbered, applied once and acknowledged like those of real accounts. */
import type { Cursors } from "../../protocol/rpc/actor.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { OrderBookRpc } from "../../protocol/rpc/orderBook.ts";
import { Flow, type FlowAccount, type FlowShape } from "./flow.ts";
import type { AccountCursors, DrivePlan, DriveResult } from "./plan.ts";

interface ClientAccount {
  readonly flow: FlowAccount;
  sent: number;
  acknowledged: number;
  applied: number;
  /** An envelope is in flight; an account has one at a time. */
  busy: boolean;
}

export class BookClient {
  readonly #flow: Flow;
  readonly #accounts: readonly ClientAccount[];
  readonly #byAddress: ReadonlyMap<string, ClientAccount>;
  #turn = 0;

  constructor(shape: FlowShape) {
    this.#flow = new Flow(shape);
    this.#accounts = this.#flow.accounts.map((flow) => ({ flow, sent: 0, acknowledged: 0, applied: 0, busy: false }));
    this.#byAddress = new Map(this.#accounts.map((account) => [account.flow.address, account]));
  }

  has(address: string): boolean {
    return this.#byAddress.has(address);
  }

  /** Sends commands until the plan is done and every reply has arrived. */
  async drive(book: OrderBookRpc, plan: DrivePlan): Promise<DriveResult> {
    const started = performance.now();
    const end = started + plan.seconds * 1000;
    const latencies: number[] = [];
    let commands = 0;
    const line = async () => {
      while (commands < plan.commands && performance.now() < end) {
        const count = Math.min(plan.perEnvelope, plan.commands - commands);
        commands += count;
        const account = this.#nextFree();
        const now = Date.now();
        const messages = Array.from({ length: count }, () => this.#flow.next(account.flow, now));
        const before = performance.now();
        await this.#exchange(book, account, messages);
        latencies.push(performance.now() - before);
      }
    };
    await Promise.all(Array.from({ length: plan.inFlight }, line));
    latencies.sort((a, b) => a - b);
    return { commands, seconds: (performance.now() - started) / 1000, latencies, resting: this.#flow.resting };
  }

  /** Applies the book's own envelope for an account, and returns the account's reply. */
  receive(address: string, envelope: Envelope<BookReport>): Envelope<BookCommand> {
    const account = this.#account(address);
    this.#apply(account, envelope);
    return { from: address, first: account.sent + 1, messages: [], ack: account.applied };
  }

  /** Sequences of the messages between an account and the book. */
  cursors(address: string): Cursors {
    const { sent, acknowledged, applied } = this.#account(address);
    return { sent, acknowledged, applied };
  }

  /** The address of the first account. */
  place(): AccountCursors {
    const account = this.#nextFree();
    return { address: account.flow.address, sent: account.sent, applied: account.applied };
  }

  async #exchange(book: OrderBookRpc, account: ClientAccount, messages: readonly BookCommand[]): Promise<void> {
    account.busy = true;
    const envelope = { from: account.flow.address, first: account.sent + 1, messages, ack: account.applied };
    account.sent += messages.length;
    const answer = await book.deliver(envelope);
    account.busy = false;
    if (answer.ack !== account.sent) throw new Error(`the book has applied ${answer.ack} of ${account.sent} commands`);
    account.acknowledged = answer.ack;
    this.#apply(account, answer);
  }

  #apply(account: ClientAccount, { first, messages }: Envelope<BookReport>): void {
    // A reply and an envelope arrived out of order; the book sends the rest again.
    if (first > account.applied + 1) return;
    const fresh = messages.slice(account.applied + 1 - first);
    for (const report of fresh) this.#flow.settle(report);
    account.applied += fresh.length;
  }

  #account(address: string): ClientAccount {
    const account = this.#byAddress.get(address);
    if (account === undefined) throw new Error(`${address} is not of this client`);
    return account;
  }

  #nextFree(): ClientAccount {
    for (let tries = 0; tries < this.#accounts.length; tries++) {
      const account = this.#accounts[this.#turn++ % this.#accounts.length];
      if (account !== undefined && !account.busy) return account;
    }
    throw new Error("every account is busy: the client has too few for this plan");
  }
}
