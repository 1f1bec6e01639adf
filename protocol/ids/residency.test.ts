import { expect, test } from "vitest";
import { firstAccountOf, uuidFromText } from "../../domain/ids.ts";
import { newKeyId, routeOfEmail, routeOfKeyId } from "./loginRoute.ts";
import { newCode, routeOfCode } from "./emailCode.ts";
import { isUuid } from "../wire/query.ts";
import {
  auditShardOf,
  auditShards,
  isPaperAccount,
  newAccountId,
  newUserId,
  regionOfAccount,
  regionOfRoute,
  regionOfShard,
  routeIn,
} from "./residency.ts";

test("PV-20: ids of users and accounts say their region, and are UUIDs like any other", () => {
  for (let i = 0; i < 200; i++) {
    const eu = newUserId("eu");
    const world = newUserId("world");
    expect([eu, world].map(isUuid)).toEqual([true, true]);
    expect([eu, world].map(firstAccountOf).map(regionOfAccount)).toEqual(["eu", "world"]);
  }
  expect(new Set(Array.from({ length: 200 }, () => newUserId("eu"))).size).toBe(200);
  expect(regionOfAccount(crypto.randomUUID())).toBe("world");
  expect(regionOfAccount("")).toBe("world");
});

test("AC-90: the id of an account says whether it is a paper account, and its region", () => {
  for (const region of ["eu", "world"] as const) {
    for (let i = 0; i < 200; i++) {
      const paper = newAccountId(region, "paper");
      const live = [newAccountId(region, "cash"), newAccountId(region, "margin"), firstAccountOf(newUserId(region))];
      expect([paper, ...live].every(isUuid)).toBe(true);
      expect([paper, ...live].map(isPaperAccount)).toEqual([true, false, false, false]);
      expect([paper, ...live].map(regionOfAccount)).toEqual([region, region, region, region]);
    }
  }
  expect(isPaperAccount("")).toBe(false);
});

test("PV-20: few computed ids look like the EU's, and none of an account is computed", () => {
  const alike = Array.from({ length: 20_000 }, (_, i) => uuidFromText(`order ${i}`)).filter(
    (id) => regionOfAccount(id) === "eu",
  );
  expect(alike.length).toBeLessThan(20);
});

test("PV-20: routes, and the key ids and codes that carry them, say their region", async () => {
  const plain = await routeOfEmail("ada@example.com");
  for (const region of ["world", "eu"] as const) {
    const route = routeIn(region, plain);
    expect(regionOfRoute(route)).toBe(region);
    expect(routeOfKeyId(newKeyId(route))).toBe(route);
    expect(routeOfCode(newCode(route))).toBe(route);
  }
  expect(routeIn("eu", plain)).not.toBe(plain);
});

test("PV-22: the EU has audit shards of its own, and an account's shard is in its region", () => {
  const counts = { world: 3, eu: 2 };
  expect(auditShards(counts)).toEqual([0, 1, 2, 1_000, 1_001]);
  expect(auditShards(counts).map(regionOfShard)).toEqual(["world", "world", "world", "eu", "eu"]);
  for (let i = 0; i < 100; i++) {
    for (const region of ["world", "eu"] as const) {
      const shard = auditShardOf(firstAccountOf(newUserId(region)), counts);
      expect(auditShards(counts)).toContain(shard);
      expect(regionOfShard(shard)).toBe(region);
    }
  }
});
