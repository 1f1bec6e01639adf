import { expect, test } from "vitest";
import { timeByHop } from "./attribution.ts";
import type { CpuProfile } from "./inspector.ts";

/** A profile from lines of `stack, samples`: frames outermost first, separated by ` > `; a path is a function in it. */
function profileOf(stacks: Readonly<Record<string, number>>): CpuProfile {
  const nodes = [{ id: 1, callFrame: frame("(root)"), children: [] as number[] }];
  const samples: number[] = [];
  for (const [stack, count] of Object.entries(stacks)) {
    let parent = 1;
    for (const name of stack.split(" > ")) {
      const id = nodes.length + 1;
      nodes.push({ id, callFrame: frame(name), children: [] });
      nodes[parent - 1]?.children.push(id);
      parent = id;
    }
    for (let i = 0; i < count; i++) samples.push(parent);
  }
  // A gap of 100 ms before the last sample: time that another isolate had the thread.
  const timeDeltas = samples.map((_, i) => (i === samples.length - 1 ? 100_000 : 500));
  return { nodes, samples, timeDeltas, startTime: 0, endTime: 0 };
}

function frame(name: string) {
  return { functionName: name, url: name.includes("/") ? name : "", lineNumber: 0, columnNumber: 0 };
}

const hops = (stacks: Readonly<Record<string, number>>, worker = "exchange-core") =>
  Object.fromEntries(timeByHop(worker, profileOf(stacks), ({ url }) => url));

test("a sample counts for the nearest source folder up its stack", () => {
  expect(
    hops({
      "durable-objects/actor/actor.ts > durable-objects/account/machine.ts > domain/decimal.ts": 4,
      "durable-objects/actor/actor.ts > durable-objects/orderbook/machine.ts > domain/matching/book.ts": 2,
      "durable-objects/actor/actor.ts > domain/ids.ts": 6,
    }),
  ).toEqual({ account: 2, book: 1, kernel: 3 });
});

test("what a transaction runs inside is not storage, the journal and its encoder are", () => {
  expect(
    hops({
      "durable-objects/actor/actor.ts > transactionSync": 2,
      "durable-objects/actor/actor.ts > transactionSync > durable-objects/account/machine.ts": 4,
      "durable-objects/actor/actor.ts > durable-objects/actor/journal.ts > node_modules/msgpackr/pack.js": 6,
    }),
  ).toEqual({ storage: 4, account: 2 });
});

test("time in which another isolate had the thread is not counted", () => {
  expect(hops({ "db/auditWriter.ts": 10 })).toEqual({ audit: 5 });
});

test("all of the gateway's isolate is the gateway, native work without a function is the engine's elsewhere", () => {
  const stacks = { "(program)": 2, "(garbage collector)": 2, "node_modules/hono/hono.js": 2 };
  expect(hops(stacks, "exchange-gateway")).toEqual({ gateway: 3 });
  expect(hops({ "(program)": 2, "(garbage collector)": 2 })).toEqual({ engine: 2 });
});
