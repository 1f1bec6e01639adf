import { expect, test } from "vitest";
import { storage } from "../../../test/objectStorage.ts";
import { Revocations } from "./revocations.ts";
import { Tables } from "../tables.ts";

type Told = [relay: string, credentials: readonly string[] | "all", plan?: true];

function rig() {
  const tables = new Tables(storage());
  tables.transaction(() => tables.create());
  const clock = { now: 1_000_000 };
  const told: Told[] = [];
  const world = { away: new Set<string>(), keep: true, meanwhile: (): void => {}, woken: 0, failed: 0 };
  const revocations = new Revocations(tables, {
    now: () => clock.now,
    notify: async (relay, credentials, plan) => {
      if (world.away.has(relay)) throw new Error("away");
      told.push(plan ? [relay, credentials, true] : [relay, credentials]);
      world.meanwhile();
      return { keep: world.keep };
    },
    wake: () => world.woken++,
    failed: () => world.failed++,
  });
  return { revocations, clock, told, world };
}

test("ID-51: each relay that has verified a credential is notified, and no other", async () => {
  const { revocations, clock, told, world } = rig();
  revocations.announce(["s1"]);
  expect([world.woken, revocations.dueAt()]).toEqual([0, null]);
  revocations.watch("relay-0");
  revocations.watch("relay-1");
  revocations.watch("relay-0");
  revocations.announce(["s1", "s2"]);
  expect([world.woken, revocations.dueAt()]).toEqual([1, clock.now]);
  await revocations.run(clock.now);
  expect(told).toEqual([
    ["relay-0", ["s1", "s2"]],
    ["relay-1", ["s1", "s2"]],
  ]);
  expect(revocations.dueAt()).toBeNull();
});

test("ID-51: an unreachable relay is notified until it acknowledges, of everything since; the others once", async () => {
  const { revocations, clock, told, world } = rig();
  revocations.watch("relay-0");
  revocations.watch("relay-1");
  world.away.add("relay-1");
  revocations.announce(["s1"]);
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    await revocations.run(clock.now);
    const due = revocations.dueAt() ?? 0;
    waits.push(due - clock.now);
    clock.now = due;
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  revocations.announce(["s2"]);
  world.away.clear();
  await revocations.run(clock.now);
  expect(told).toEqual([
    ["relay-0", ["s1"]],
    ["relay-0", ["s2"]],
    ["relay-1", ["s1", "s2"]],
  ]);
  expect(revocations.dueAt()).toBeNull();
});

test("ID-51: a revocation of everything replaces those of single credentials", async () => {
  const { revocations, clock, told } = rig();
  revocations.watch("relay-0");
  revocations.announce(["s1"]);
  revocations.announce("all");
  await revocations.run(clock.now);
  expect(told).toEqual([["relay-0", "all"]]);
});

test("ID-51: a relay without sockets of the login is not notified again, unless it has verified meanwhile", async () => {
  const { revocations, clock, told, world } = rig();
  world.keep = false;
  revocations.watch("relay-0");
  world.meanwhile = () => revocations.watch("relay-0");
  revocations.announce(["s1"]);
  await revocations.run(clock.now);
  world.meanwhile = () => {};
  for (const id of ["s2", "s3"]) {
    revocations.announce([id]);
    await revocations.run(clock.now);
  }
  expect(told.map(([, ids]) => ids)).toEqual([["s1"], ["s2"]]);
});

test("ID-51: a revocation during a notification is sent after it", async () => {
  const { revocations, clock, told, world } = rig();
  world.keep = false;
  revocations.watch("relay-0");
  world.meanwhile = () => {
    world.meanwhile = () => {};
    revocations.announce(["s2"]);
  };
  revocations.announce(["s1"]);
  await revocations.run(clock.now);
  expect(revocations.dueAt()).toBe(clock.now);
  await revocations.run(clock.now);
  expect(told.map(([, ids]) => ids)).toEqual([["s1"], ["s2"]]);
});

test("WS-22: a changed plan is notified with what else is due, and ends no credential", async () => {
  const { revocations, clock, told } = rig();
  revocations.watch("relay-0");
  revocations.announcePlan("standard");
  await revocations.run(clock.now);
  revocations.announce(["s1"]);
  revocations.announcePlan("pro");
  await revocations.run(clock.now);
  revocations.announce("all");
  await revocations.run(clock.now);
  expect(told).toEqual([
    ["relay-0", [], true],
    ["relay-0", ["s1"], true],
    ["relay-0", "all"],
  ]);
  expect(revocations.dueAt()).toBeNull();
});

test("WS-22: a plan that changes during a notification is notified after it, also when it changes back", async () => {
  const { revocations, clock, told, world } = rig();
  revocations.watch("relay-0");
  world.meanwhile = () => {
    world.meanwhile = () => {};
    revocations.announcePlan("pro");
    revocations.announcePlan("standard");
  };
  revocations.announcePlan("standard");
  await revocations.run(clock.now);
  expect(revocations.dueAt()).toBe(clock.now);
  await revocations.run(clock.now);
  expect(told).toHaveLength(2);
  expect(revocations.dueAt()).toBeNull();
});
