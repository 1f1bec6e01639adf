import type { Mutant } from "./mutants.ts";

/** Faults of messages that were piggybacked on a reply. */
export const messageMutants: readonly Mutant[] = [
  {
    name: "messages: what was piggybacked on a lost reply is left out of every envelope",
    file: "durable-objects/actor/inboxOutbox.ts",
    find: "    return this.#piggybacked.delete(to);\n",
    replace: "    return this.#piggybacked.has(to) && false;\n",
  },
  {
    name: "messages: what was piggybacked on a lost reply is sent again after a back-off",
    file: "durable-objects/actor/outboxSender.ts",
    find: "else if (!this.#ports.leaveNothingOut(to)) throw",
    replace: "else throw",
  },
  {
    name: "messages: what was piggybacked counts as acknowledged",
    file: "durable-objects/actor/inboxOutbox.ts",
    find: "last > (this.#piggybacked.get(to) ?? 0)) this.#piggybacked.set(to, last);",
    replace: "last > (this.#piggybacked.get(to) ?? 0)) this.acknowledge(to, last);",
  },
  {
    name: "messages: who waits for a reply does not wait for what an envelope has left out",
    file: "durable-objects/actor/inboxOutbox.ts",
    find: "    else this.noteAnnounced(from, last);\n",
    replace: "",
  },
  {
    name: "messages: those after a gap are applied",
    file: "durable-objects/actor/inboxOutbox.ts",
    find: "    if (envelope.first > applied + 1) return null;\n",
    replace: "    if (envelope.first > applied + 1) return { first: applied + 1, messages: envelope.messages };\n",
  },
  {
    name: "messages: an envelope to an object that hangs is not given up",
    file: "durable-objects/actor/outboxSender.ts",
    find: "this.#calls.within(ENVELOPE_TIMEOUT_MS,",
    replace: "this.#calls.within(99 * ENVELOPE_TIMEOUT_MS,",
  },
];
