/**
 * The region of a login's data is part of its ids. Books address accounts by id, and keys and codes contain the route,
 * so no part of the exchange has to look the region up.
 */
import {
  firstAccountOf,
  shardOf,
  uuidFromText,
  type AccountId,
  type LoginRoute,
  type UserId,
} from "../../domain/ids.ts";
import type { AccountType } from "../../domain/accountType.ts";
import { type Region, REGIONS } from "./region.ts";

/** First digit of the routes of the EU, which base32 (A-Z, 2-7) does not contain. */
const EU_ROUTE = "8";
/**
 * The third group of a user or account id of the EU: a UUID of version 8 (RFC 9562: custom). Other ids have version 4.
 */
const EU_ACCOUNT = "8e0e";
/** The same group of the ids of paper accounts. No other id of an account has it. */
const PAPER_ACCOUNT: Readonly<Record<Region, string>> = { world: "8a0a", eu: "8a0e" };
/** The same group of the ids of house accounts. */
const HOUSE_ACCOUNT: Readonly<Record<Region, string>> = { world: "8f0a", eu: "8f0e" };
/**
 * House accounts of a region. Each accounts for every account that has ever sent it fees: 200 bytes of its 128 MB, and 70 of
 * a snapshot. Of a million accounts one has 62,500, which are 12.5 MB. Never fewer: each has what it has received.
 */
const HOUSE_ACCOUNTS: Readonly<Record<Region, number>> = { world: 16, eu: 4 };
/** Audit shards of the EU have numbers from here on. */
const EU_SHARDS_FROM = 1_000;

/** The route of a login in this region; `plain` is the digest of the e-mail. */
export function routeIn(region: Region, plain: string): string {
  return region === "eu" ? EU_ROUTE + plain : plain;
}

export function regionOfRoute(route: LoginRoute): Region {
  return route.startsWith(EU_ROUTE) ? "eu" : "world";
}

/** A new random user id, which contains the region. The user's first account has the same id. */
export function newUserId(region: Region): UserId {
  const id = crypto.randomUUID();
  return region === "eu" ? withGroup(id, EU_ACCOUNT) : id;
}

/** A new random account id, which contains the region and whether it is a paper account. */
export function newAccountId(region: Region, type: AccountType): AccountId {
  return type === "paper" ? withGroup(crypto.randomUUID(), PAPER_ACCOUNT[region]) : firstAccountOf(newUserId(region));
}

export function regionOfAccount(accountId: AccountId): Region {
  const group = groupOf(accountId);
  return group === EU_ACCOUNT || group === PAPER_ACCOUNT.eu || group === HOUSE_ACCOUNT.eu ? "eu" : "world";
}

/** True for the id of a paper account, which is an object of another class. The id alone decides. */
export function isPaperAccount(accountId: AccountId): boolean {
  const group = groupOf(accountId);
  return group === PAPER_ACCOUNT.world || group === PAPER_ACCOUNT.eu;
}

/** The name of the house account that the fees of an account go to: its region and a number. */
export function houseOf(accountId: AccountId): string {
  const region = regionOfAccount(accountId);
  return `${region}-${shardOf(accountId, HOUSE_ACCOUNTS[region])}`;
}

/** The names of all house accounts of a region. */
export function housesOf(region: Region): string[] {
  return Array.from({ length: HOUSE_ACCOUNTS[region] }, (_, number) => `${region}-${number}`);
}

/** The region of the house account of this name. Throws for a name of none. */
export function regionOfHouse(name: string): Region {
  const region = REGIONS.find((each) => housesOf(each).includes(name));
  if (region === undefined) throw new Error(`no house account is named ${name}`);
  return region;
}

/** The id of a house account in the audit trail. No account of a login has such an id. */
export function houseAccountId(name: string): AccountId {
  return withGroup(uuidFromText(`house:${name}`), HOUSE_ACCOUNT[regionOfHouse(name)]);
}

/** The name of the house account of this id; null: it is another account. */
export function houseNamed(accountId: AccountId): string | null {
  const group = groupOf(accountId);
  if (group !== HOUSE_ACCOUNT.world && group !== HOUSE_ACCOUNT.eu) return null;
  const region = regionOfAccount(accountId);
  return housesOf(region).find((name) => houseAccountId(name) === accountId) ?? null;
}

/** The third group of a UUID. */
const groupOf = (id: string): string => id.slice(14, 18);
const withGroup = (id: string, group: string): string => `${id.slice(0, 14)}${group}${id.slice(18)}`;

/** How many shards of the audit trail there are. */
export interface ShardCounts {
  readonly world: number;
  readonly eu: number;
}

/** The shard of an account's events. */
export function auditShardOf(accountId: AccountId, { world, eu }: ShardCounts): number {
  return regionOfAccount(accountId) === "eu" ? EU_SHARDS_FROM + shardOf(accountId, eu) : shardOf(accountId, world);
}

export function regionOfShard(shard: number): Region {
  return shard >= EU_SHARDS_FROM ? "eu" : "world";
}

/** The numbers of all shards. */
export function auditShards({ world, eu }: ShardCounts): number[] {
  return [
    ...Array.from({ length: world }, (_, number) => number),
    ...Array.from({ length: eu }, (_, number) => EU_SHARDS_FROM + number),
  ];
}
