import type { Patch } from "./hooks.ts";

/** A fault planted in the exchange, that the simulation has to find. */
export interface Mutant extends Patch {
  readonly name: string;
}

export const mutants: readonly Mutant[] = [
  {
    name: "mail: a repeated envelope is applied again",
    file: "durable-objects/actor/mailbox.ts",
    find: "const messages = envelope.messages.slice(applied + 1 - envelope.first);\n    return messages.length === 0 ? null : { first: applied + 1, messages };",
    replace:
      "const { messages } = envelope;\n    return messages.length === 0 ? null : { first: applied + 1, messages };",
  },
];
