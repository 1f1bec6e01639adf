import type { Origin } from "../../domain/account/state/events.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import { assert } from "../model/assert.ts";
import type { ReplayedAccount } from "./replay.ts";

/** An envelope that has arrived. */
export interface Mail {
  readonly from: string;
  /** Sequence of its last message. */
  readonly last: number;
  /** It was answered with an acknowledgement of its last message. */
  applied: boolean;
}

/** A client's request that arrived while envelopes were waiting for their answers. */
interface Later {
  readonly requestId: string;
  readonly after: readonly Mail[];
}

/** Whether a call delivers an envelope. */
export const isEnvelope = (method: string): boolean => method === "deliver" || method === "deliverTexts";

/** What one object was sent, in the sequence of arrival, over all its lives. */
export class Arrivals {
  readonly #unanswered = new Set<Mail>();
  readonly #known = new Set<string>();
  readonly #later: Later[] = [];
  /** When each message first arrived, in an envelope or in a reply, by the clock of the object. */
  readonly #arrivedAt = new Map<string, number>();

  /** Records a call. Returns the envelope that it delivers, if it delivers one. */
  record(method: string, args: readonly unknown[]): Mail | null {
    if (isEnvelope(method)) {
      const { from, first, messages } = args[0] as Envelope<unknown>;
      const mail = { from, last: first + messages.length - 1, applied: false };
      this.#unanswered.add(mail);
      return mail;
    }
    for (const arg of args) {
      const requestId = (arg as Partial<Origin> | null)?.requestId;
      // A request that is repeated may have been decided before.
      if (typeof requestId !== "string" || this.#known.has(requestId)) continue;
      this.#known.add(requestId);
      if (this.#unanswered.size > 0) this.#later.push({ requestId, after: [...this.#unanswered] });
    }
    return null;
  }

  answered(mail: Mail, answer: unknown): void {
    this.#unanswered.delete(mail);
    mail.applied = (answer as Partial<Envelope<unknown>> | undefined)?.ack === mail.last;
  }

  /** Records the messages of an envelope or of a reply. */
  messagesArrived({ from, first, messages }: Envelope<unknown>, at: number): void {
    for (let sequence = first; sequence < first + messages.length; sequence++) {
      const name = `${from} ${sequence}`;
      if (!this.#arrivedAt.has(name)) this.#arrivedAt.set(name, at);
    }
  }

  /** When a message first arrived, however often its object died meanwhile; undefined when it never did. */
  arrivedAt(from: string, sequence: number): number | undefined {
    return this.#arrivedAt.get(`${from} ${sequence}`);
  }

  /** The object died: nothing that waited is decided. */
  died(): void {
    this.#unanswered.clear();
  }

  /** AK-14: what a client asked is decided after the messages that had arrived before. */
  check({ address, history }: ReplayedAccount): void {
    if (this.#later.length === 0) return;
    const decided = new Map<string, number>();
    const counts = new Map<string, number>();
    const applied = new Map<string, number>();
    for (const [nth, step] of history.entries()) {
      if ("local" in step) {
        const { origin } = step.local as { readonly origin?: Origin };
        if (origin !== undefined && !decided.has(origin.requestId)) decided.set(origin.requestId, nth);
        continue;
      }
      const count = (counts.get(step.from) ?? 0) + 1;
      counts.set(step.from, count);
      applied.set(`${step.from} ${count}`, nth);
    }
    for (const { requestId, after } of this.#later) {
      const at = decided.get(requestId);
      if (at === undefined) continue;
      for (const { from, last } of after.filter((mail) => mail.applied && mail.last > 0)) {
        const before = applied.get(`${from} ${last}`);
        const rule = `AK-14: ${address} decides ${requestId} after message ${last} of ${from}, which arrived before`;
        assert(before !== undefined && before < at, rule);
      }
    }
  }
}
