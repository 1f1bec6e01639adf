import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { Finding } from "./alerts.ts";
import type { InboxOutbox } from "./inboxOutbox.ts";
import { OUTBOX_ALERT_MESSAGES } from "./limits.ts";
import type { OutboxSender } from "./outboxSender.ts";

/** The part of a request that decides how messages go out. */
interface Delivered {
  readonly envelope: Envelope<unknown> | null;
  readonly wantsReply: boolean;
}

/** What the dispatcher needs of its actor. */
export interface DispatcherPorts {
  /** How long messages for this receiver may gather; 0 sends them at once. */
  batchDelayMs(to: string): number;
  /** Whether an alert is open. */
  hasAlerts(): boolean;
  reportFindings(scope: string, findings: readonly Finding[]): void;
}

/** Decides after a commit when its messages go out: on the reply that is about to leave, after a delay, or at once. */
export class Dispatcher {
  readonly #sender: OutboxSender;
  readonly #messages: Pick<InboxOutbox<unknown, unknown>, "fitsEnvelope" | "pendingCount">;
  readonly #ports: DispatcherPorts;

  constructor(
    sender: OutboxSender,
    messages: Pick<InboxOutbox<unknown, unknown>, "fitsEnvelope" | "pendingCount">,
    ports: DispatcherPorts,
  ) {
    this.#sender = sender;
    this.#messages = messages;
    this.#ports = ports;
  }

  /** `receivers` are the addresses that this commit has sent a message. */
  dispatch(batch: readonly Delivered[], receivers: ReadonlySet<string>): void {
    for (const { envelope } of batch) if (envelope !== null) this.acknowledged(envelope.from);
    if (receivers.size === 0) return;
    // What each sender that waits for a reply has received.
    const replied = new Map<string, number>();
    for (const { envelope, wantsReply } of batch) {
      if (wantsReply && envelope !== null) replied.set(envelope.from, envelope.received ?? 0);
    }
    for (const to of receivers) {
      const batchDelayMs = this.#ports.batchDelayMs(to);
      const received = replied.get(to);
      if (received !== undefined && this.#messages.fitsEnvelope(to, received)) this.#sender.sendAfterPiggyback(to);
      else if (batchDelayMs > 0) this.#sender.sendWithin(to, batchDelayMs);
      else this.#sender.send(to);
      this.#checkOutboxLength(to);
    }
  }

  /** An envelope of `from` was taken: answers who waits for it. */
  acknowledged(from: string): void {
    this.#sender.notifyWaiters(from);
    this.#checkOutboxLength(from);
  }

  /** Raises an alert when the messages for a receiver pile up: an outbox drops nothing. */
  #checkOutboxLength(to: string): void {
    const pending = this.#messages.pendingCount(to);
    if (pending > OUTBOX_ALERT_MESSAGES) {
      this.#ports.reportFindings(`outbox/${to}`, [{ kind: "outbox_long", key: "", facts: { to, pending } }]);
    } else if (pending < OUTBOX_ALERT_MESSAGES / 2 && this.#ports.hasAlerts())
      this.#ports.reportFindings(`outbox/${to}`, []);
  }
}
