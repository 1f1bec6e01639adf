import type { Mutant } from "./mutants.ts";

/** Faults of the depth channels of a book. */
export const depthMutants: readonly Mutant[] = [
  {
    name: "depth: changes that are no longer kept are left out",
    file: "durable-objects/orderbook/depth/changeLog.ts",
    find: "if (sequence < this.#since) return undefined;",
    replace: "",
  },
  {
    name: "depth: who resumes gets no changes",
    file: "durable-objects/orderbook/feed.ts",
    find: "        ...this.#depth.since(depth, after, through),\n",
    replace: "",
  },
  {
    name: "depth: what happened while nobody listened is not read",
    file: "durable-objects/orderbook/depth/depthFeed.ts",
    find: "    this.#feeds.clear();\n",
    replace: "",
  },
  {
    name: "depth: the first change after a restart follows the restart alone",
    file: "durable-objects/orderbook/depth/channelFeed.ts",
    find: "this.#log = new ChangeLog(state().sequence);",
    replace: "this.#log = new ChangeLog(state().sequence);\n    this.#last = state().sequence;",
  },
  {
    name: "depth: an order that has less left is not told",
    file: "domain/matching/depth/orders.ts",
    find: 'if (old[at]?.qty !== next.qty) modified.push({ kind: "modify", order: next });',
    replace: "",
  },
  {
    name: "depth: a level that is gone is not told",
    file: "domain/matching/depth/levels.ts",
    find: "if (order < 0 && old !== undefined) changes.push({ price: old.price, qty: 0 });",
    replace: "",
  },
  {
    name: "depth: a restart forgets which relays listen",
    file: "durable-objects/orderbook/demands.ts",
    find: "    this.#store();\n",
    replace: "",
  },
];
