import { firstAccountOf } from "../../domain/ids.ts";
import { beforeEach, expect, test } from "vitest";
import { newKeyId, routeOfEmail, routeOfKeyId } from "../../protocol/ids/loginRoute.ts";
import {
  auditShardOf,
  houseAccountId,
  houseNamed,
  houseOf,
  housesOf,
  newAccountId,
  newUserId,
  regionOfAccount,
  routeIn,
} from "../../protocol/ids/residency.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import {
  accountAddress,
  actorStub,
  accountObject,
  actorObject,
  auditAddress,
  auditShardObject,
  bookAddress,
  houseAddress,
  identityObject,
  orderBookObject,
  routeOfLogin,
  transfersAddress,
} from "./namespaces.ts";
import { PeerStubs } from "./peerStubs.ts";

/** Every addressed object: namespace, jurisdiction, name and location hint. */
let asked: string[] = [];
/** The region that logins answer for their e-mail, by object. */
let regions: Record<string, "world" | "eu"> = {};
beforeEach(() => {
  asked = [];
  regions = {};
});

function namespace(kind: string, jurisdiction = "") {
  return {
    getByName: (name: string, options?: { locationHint?: string }) => {
      const place = `${kind}${jurisdiction} ${name}`;
      asked.push(options?.locationHint === undefined ? place : `${place} near ${options.locationHint}`);
      const envelope = { from: "", first: 1, messages: [], ack: 0 };
      return {
        // The messages of accounts to a shard are texts, which an earlier release must not take for records.
        [kind === "audit" ? "deliverTexts" : "deliver"]: () => Promise.resolve(envelope),
        region: { current: () => Promise.resolve(regions[place] ?? null) },
      };
    },
    jurisdiction: (which: "eu") => namespace(kind, `@${which}`),
  };
}

const env = {
  ACCOUNT: namespace("account"),
  ORDER_BOOK: namespace("book"),
  AUDIT_SHARD: namespace("audit"),
  TRANSFERS: namespace("transfers"),
  HOUSE_ACCOUNT: namespace("house"),
  IDENTITY: namespace("login"),
  JURISDICTIONS: "on",
};
const ENVELOPE: Envelope<never> = { from: "x", first: 1, messages: [], ack: 0 };

test("PV-20: objects of a login in the EU are addressed in that jurisdiction, all others near the venue", async () => {
  const [ours, theirs] = [firstAccountOf(newUserId("world")), firstAccountOf(newUserId("eu"))];
  const plain = await routeOfEmail("ada@example.com");
  const shards = { world: 16, eu: 4 };
  for (const id of [ours, theirs]) accountObject(env, id);
  for (const id of [ours, theirs]) auditShardObject(env, auditShardOf(id, shards));
  for (const region of ["world", "eu"] as const) identityObject(env, routeIn(region, plain));
  orderBookObject(env, "AAPL");
  expect(asked).toEqual([
    `account ${ours} near enam`,
    `account@eu ${theirs}`,
    `audit ${auditShardOf(ours, shards)} near enam`,
    `audit@eu ${auditShardOf(theirs, shards)}`,
    `login ${plain}`,
    `login@eu 8${plain}`,
    "book AAPL near enam",
  ]);
});

test("PV-20: envelopes reach an account in the EU and its audit shard by their addresses", async () => {
  const theirs = firstAccountOf(newUserId("eu"));
  const shard = auditShardOf(theirs, { world: 16, eu: 4 });
  const peers = new PeerStubs((address) => actorStub(env, address));
  await peers.deliver(accountAddress(theirs), ENVELOPE);
  await peers.deliver(auditAddress(shard), ENVELOPE);
  await peers.deliver(bookAddress("F"), ENVELOPE);
  await peers.deliver(transfersAddress("eu"), ENVELOPE);
  await peers.deliver(transfersAddress("world"), ENVELOPE);
  for (const address of [accountAddress(theirs), auditAddress(shard), transfersAddress("eu")])
    actorObject(env, address);
  const there = [`account@eu ${theirs}`, `audit@eu ${shard}`];
  const transfers = ["transfers@eu eu", "transfers world near enam"];
  expect(asked).toEqual([...there, "book F near enam", ...transfers, ...there, "transfers@eu eu"]);
  await expect(peers.deliver("transfers/mars", ENVELOPE)).rejects.toThrow("no region is named mars");
  await expect(peers.deliver("ledger/1", ENVELOPE)).rejects.toThrow("no actor has the address ledger/1");
});

test("PV-20: a key of a login of the EU is checked there", async () => {
  const route = routeIn("eu", await routeOfEmail("ada@example.com"));
  identityObject(env, routeOfKeyId(newKeyId(route)) ?? "");
  expect(asked).toEqual([`login@eu ${route}`]);
});

test("PV-21: the plain route of an e-mail gives the region of its login, or the default region without one", async () => {
  const plain = await routeOfEmail("ada@example.com");
  regions[`login ${plain}`] = "eu";
  expect(await routeOfLogin(env, " Ada@example.com", () => "world")).toBe(`8${plain}`);
  regions[`login ${plain}`] = "world";
  expect(await routeOfLogin(env, "ada@example.com", () => "eu")).toBe(plain);
  regions = {};
  expect(await routeOfLogin(env, "ada@example.com", () => "eu")).toBe(`8${plain}`);
  expect(asked).toEqual([1, 2, 3].map(() => `login ${plain}`));
});

test("PV-20: without jurisdictions all objects are in one folder, but only when that is configured", () => {
  const theirs = firstAccountOf(newUserId("eu"));
  accountObject({ ...env, JURISDICTIONS: "off" }, theirs);
  expect(asked).toEqual([`account ${theirs} near enam`]);
  accountObject({ ACCOUNT: env.ACCOUNT }, theirs);
  expect(asked[1]).toBe(`account@eu ${theirs}`);
  const { getByName } = env.ACCOUNT;
  expect(() => accountObject({ ACCOUNT: { getByName } }, theirs)).toThrow("JURISDICTIONS must be off");
});

test("AC-90: a paper account is an object of its own class, which no address of a live actor reaches", async () => {
  const [paper, live] = [newAccountId("world", "paper"), newAccountId("world", "margin")];
  const both = { ...env, PAPER_ACCOUNT: namespace("paper") };
  accountObject(both, paper);
  accountObject(both, newAccountId("eu", "paper"));
  accountObject(both, live);
  expect(asked[0]).toBe(`paper ${paper} near enam`);
  expect(asked[1]).toMatch(/^paper@eu /);
  expect(asked[2]).toBe(`account ${live} near enam`);
  expect(() => accountObject(env, paper)).toThrow("no paper accounts");
  expect(() => actorObject(both, accountAddress(paper))).toThrow("is a paper account");
  await expect(
    new PeerStubs((address) => actorStub(both, address)).deliver(accountAddress(paper), ENVELOPE),
  ).rejects.toThrow("is a paper account");
});

test("PV-20, PF-53: fees of an account in the EU stay there, and a house account that there is not is refused", async () => {
  const [ours, theirs] = [newUserId("world"), newUserId("eu")].map((id) => houseOf(firstAccountOf(id)));
  const peers = new PeerStubs((address) => actorStub(env, address));
  for (const name of [ours, theirs]) await peers.deliver(houseAddress(name ?? ""), ENVELOPE);
  expect(asked).toEqual([`house ${ours} near enam`, `house@eu ${theirs}`]);
  await expect(peers.deliver("house/world-16", ENVELOPE)).rejects.toThrow("no house account is named world-16");
  const ids = [...housesOf("world"), ...housesOf("eu")].map((name) => [name, houseAccountId(name)] as const);
  expect(new Set(ids.map(([, id]) => id)).size).toBe(20);
  for (const [name, id] of ids) expect([houseNamed(id), regionOfAccount(id)]).toEqual([name, name.split("-")[0]]);
  expect(houseNamed(firstAccountOf(newUserId("eu")))).toBeNull();
});
