/**
 * Addresses every Durable Object by its name, and decides its location and jurisdiction. The objects of a login in the
 * EU (identity, accounts, audit shards of these accounts) are created in the EU jurisdiction and never leave it.
 */
import type { AssetClass } from "../../domain/market/asset.ts";
import type { AccountId, LoginRoute } from "../../domain/ids.ts";
import { type Region, REGIONS } from "../../protocol/ids/region.ts";
import type { ApprovalRpc } from "../../protocol/rpc/approvals.ts";
import type { DirectoryRpc } from "../../protocol/rpc/directory.ts";
import type { OAuthAppRpc } from "../../protocol/rpc/identity/oauth.ts";
import type { ActorRpc } from "../../protocol/rpc/actor.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import type { DevMailboxRpc } from "../../protocol/rpc/devMailbox.ts";
import type { AccountRpc } from "../../protocol/rpc/account.ts";
import type { AuditShardRpc } from "../../protocol/rpc/auditShard.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { FeedRpc } from "../../protocol/rpc/feed.ts";
import type { HouseRpc } from "../../protocol/rpc/house.ts";
import type { IdentityRpc } from "../../protocol/rpc/identity.ts";
import type { InstrumentRegistryRpc } from "../../protocol/rpc/instrumentRegistry.ts";
import type { OrderBookRpc } from "../../protocol/rpc/orderBook.ts";
import type { PaperBookRpc } from "../../protocol/rpc/paperBook.ts";
import type { PriceBoardRpc } from "../../protocol/rpc/priceBoard.ts";
import type { RelayRpc } from "../../protocol/rpc/relay.ts";
import {
  isPaperAccount,
  regionOfAccount,
  regionOfHouse,
  regionOfRoute,
  regionOfShard,
  routeIn,
  type ShardCounts,
} from "../../protocol/ids/residency.ts";
import type { TapeIndexRpc, TapeRpc } from "../../protocol/rpc/tape.ts";
import type { TransfersRpc } from "../../protocol/rpc/transfers.ts";
import type { ThrottleRpc } from "../../protocol/rpc/throttle.ts";

/** Location of books and accounts: an order crosses the distance to its client once, and everything after is local. */
const VENUE: DurableObjectLocationHint = "enam";

/** Structural: any namespace whose stubs answer the methods of T. */
interface Namespace {
  getByName(name: string, options?: { locationHint?: DurableObjectLocationHint }): unknown;
  /** Throws in a local workerd, which has no jurisdictions. */
  jurisdiction?(jurisdiction: "eu"): Namespace;
}

interface JurisdictionEnv {
  /** "on" in every deployment; "off" locally, where the objects of all regions are in one folder. */
  readonly JURISDICTIONS?: string;
}

/** The object of this name: in the EU jurisdiction for the region `eu`, otherwise near `hint`. */
function objectIn(
  env: JurisdictionEnv,
  namespace: Namespace,
  name: string,
  region: Region,
  hint?: typeof VENUE,
): unknown {
  if (region === "eu" && env.JURISDICTIONS !== "off") {
    if (namespace.jurisdiction === undefined) throw new Error("no jurisdictions here: JURISDICTIONS must be off");
    return namespace.jurisdiction("eu").getByName(name);
  }
  return namespace.getByName(name, hint === undefined ? undefined : { locationHint: hint });
}

/**
 * The object of an account: of the class `PaperAccount` for the id of a paper account. Throws for one where that class
 * has no binding.
 */
export function accountObject(
  env: { ACCOUNT: Namespace; PAPER_ACCOUNT?: Namespace } & JurisdictionEnv,
  accountId: AccountId,
): AccountRpc {
  if (!isPaperAccount(accountId)) return liveAccountObject(env, accountId);
  const { PAPER_ACCOUNT } = env;
  if (PAPER_ACCOUNT === undefined) throw new Error("there are no paper accounts here");
  return paperAccountObject({ ...env, PAPER_ACCOUNT }, accountId);
}

/** The object of a paper account. Throws for the id of a live one. */
function paperAccountObject(env: { PAPER_ACCOUNT: Namespace } & JurisdictionEnv, accountId: AccountId): AccountRpc {
  if (!isPaperAccount(accountId)) throw new Error(`${accountId} is no paper account`);
  return objectIn(env, env.PAPER_ACCOUNT, accountId, regionOfAccount(accountId), VENUE) as AccountRpc;
}

/** The object of a live account, as books and the transfers actor address it. Throws for the id of a paper account. */
function liveAccountObject(env: { ACCOUNT: Namespace } & JurisdictionEnv, accountId: AccountId): AccountRpc {
  if (isPaperAccount(accountId)) throw new Error(`${accountId} is a paper account`);
  return objectIn(env, env.ACCOUNT, accountId, regionOfAccount(accountId), VENUE) as AccountRpc;
}

export function orderBookObject(env: { ORDER_BOOK: Namespace }, symbol: string): OrderBookRpc {
  return env.ORDER_BOOK.getByName(symbol, { locationHint: VENUE }) as OrderBookRpc;
}

/** The feed of the externally priced symbols of a class. */
export function feedObject(env: { FEED: Namespace }, assetClass: AssetClass): FeedRpc {
  return env.FEED.getByName(assetClass, { locationHint: VENUE }) as FeedRpc;
}

/** The past of a symbol in a month, `2026-11`: an object each, so that none grows without bound. */
export function tapeObject(env: { TAPE: Namespace }, symbol: string, month: string): TapeRpc {
  return env.TAPE.getByName(`${symbol}/${month}`, { locationHint: VENUE }) as TapeRpc;
}

/** The symbol and month of the name of a tape. */
export function tapeNamed(name: string): { readonly symbol: string; readonly month: string } {
  const slash = name.lastIndexOf("/");
  return { symbol: name.slice(0, Math.max(0, slash)), month: name.slice(slash + 1) };
}

export function tapeIndexObject(env: { TAPE_INDEX: Namespace }, symbol: string): TapeIndexRpc {
  return env.TAPE_INDEX.getByName(symbol, { locationHint: VENUE }) as TapeIndexRpc;
}

/** The board of this number; `boardOf` says which is that of a symbol. */
export function priceBoardObject(env: { PRICE_BOARD: Namespace }, nth: number): PriceBoardRpc {
  return env.PRICE_BOARD.getByName(String(nth), { locationHint: VENUE }) as PriceBoardRpc;
}

/** What a paper book and a paper account may call of the live book: nothing that an order of theirs could change. */
export type LiveBookRpc = Pick<OrderBookRpc, "top" | "depth" | "market" | "subscribe">;

export function liveBookObject(env: { ORDER_BOOK: Namespace }, symbol: string): LiveBookRpc {
  return orderBookObject(env, symbol);
}

export function paperBookObject(env: { PAPER_BOOK: Namespace }, symbol: string): PaperBookRpc {
  return env.PAPER_BOOK.getByName(symbol, { locationHint: VENUE }) as PaperBookRpc;
}

export function auditShardObject(env: { AUDIT_SHARD: Namespace } & JurisdictionEnv, shard: number): AuditShardRpc {
  return objectIn(env, env.AUDIT_SHARD, String(shard), regionOfShard(shard), VENUE) as AuditShardRpc;
}

/** `route` is the opaque name of a login's object; API key ids carry it (protocol/ids/loginRoute.ts). */
export function identityObject(env: { IDENTITY: Namespace } & JurisdictionEnv, route: LoginRoute): IdentityRpc {
  return objectIn(env, env.IDENTITY, route, regionOfRoute(route)) as IdentityRpc;
}

/**
 * The route of the login of an e-mail address. The object of its plain route stores the region of the login, and
 * nothing else of a login in another region. `unknown` gives the region when there is no login.
 */
export async function routeOfLogin(
  env: { IDENTITY: Namespace } & JurisdictionEnv,
  email: string,
  unknown: (plain: string) => Region,
): Promise<string> {
  const plain = await routeOfEmail(email);
  return routeIn((await identityObject(env, plain).region.current()) ?? unknown(plain), plain);
}

/** `name` says what is counted (workers/gateway/passwords/loginThrottle.ts). Counts stay near who tries. */
export function throttleObject(env: { THROTTLE: Namespace }, name: string): ThrottleRpc {
  return env.THROTTLE.getByName(name) as ThrottleRpc;
}

/** Mail that is shown instead of sent. */
export function devMailboxObject(env: { DEV_MAILBOX: Namespace }): DevMailboxRpc {
  return env.DEV_MAILBOX.getByName("outbox") as DevMailboxRpc;
}

/** An OAuth app, by its client id. */
export function oauthAppObject(env: { OAUTH_APP: Namespace }, clientId: string): OAuthAppRpc {
  return env.OAUTH_APP.getByName(clientId) as OAuthAppRpc;
}

/** A shard of the users (protocol/rpc/directory.ts). */
export function directoryObject(env: { DIRECTORY: Namespace }, shard: number): DirectoryRpc {
  return env.DIRECTORY.getByName(String(shard), { locationHint: VENUE }) as DirectoryRpc;
}

/** The list of instruments. */
export function instrumentRegistryObject(env: { INSTRUMENT_REGISTRY: Namespace }): InstrumentRegistryRpc {
  return env.INSTRUMENT_REGISTRY.getByName("instruments", { locationHint: VENUE }) as InstrumentRegistryRpc;
}

/** What administrators decide together, and have done. */
export function approvalsObject(env: { APPROVALS: Namespace }): ApprovalRpc {
  return env.APPROVALS.getByName("approvals", { locationHint: VENUE }) as ApprovalRpc;
}

/** The transfers of the accounts of a region: one object each, so that a list of what waits is one read, in order. */
export function transfersObject(env: { TRANSFERS: Namespace } & JurisdictionEnv, region: Region): TransfersRpc {
  return objectIn(env, env.TRANSFERS, region, region, VENUE) as TransfersRpc;
}

/** The house account of this name (protocol/ids/residency.ts). Throws for a name of none. */
export function houseObject(env: { HOUSE_ACCOUNT: Namespace } & JurisdictionEnv, name: string): HouseRpc {
  return objectIn(env, env.HOUSE_ACCOUNT, name, regionOfHouse(name), VENUE) as HouseRpc;
}

/** A relay has no location hint: the edge of its first client decides. */
export function relayObject<T extends Namespace>(
  env: { RELAY: T },
  relay: string,
): RelayRpc & ReturnType<T["getByName"]> {
  return env.RELAY.getByName(relay) as RelayRpc & ReturnType<T["getByName"]>;
}

/** The objects that hold the connections of order entry, by number: no location hint, as relays. */
export const orderEntryName = (nth: number): string => `${ORDER_ENTRY}${nth}`;
const ORDER_ENTRY = "order-entry-";

/**
 * The object of order entry with this name; null when it is no name of one. Core, which is deployed before the class
 * exists, has no binding to it: a relay of that name passes on what core says.
 */
export function orderEntryObject<T extends Namespace>(
  env: { ORDER_ENTRY: T },
  name: string,
): (Pick<RelayRpc, "revoked"> & ReturnType<T["getByName"]>) | null {
  if (!name.startsWith(ORDER_ENTRY)) return null;
  return env.ORDER_ENTRY.getByName(name) as Pick<RelayRpc, "revoked"> & ReturnType<T["getByName"]>;
}

/** What the gateway needs to address the objects that it calls. An object that is listed here needs a binding there. */
export type ObjectsOfGateway = Parameters<typeof accountObject>[0] &
  Parameters<typeof approvalsObject>[0] &
  Parameters<typeof auditShardObject>[0] &
  Parameters<typeof devMailboxObject>[0] &
  Parameters<typeof directoryObject>[0] &
  Parameters<typeof feedObject>[0] &
  Parameters<typeof houseObject>[0] &
  Parameters<typeof identityObject>[0] &
  Parameters<typeof instrumentRegistryObject>[0] &
  Parameters<typeof oauthAppObject>[0] &
  Parameters<typeof orderBookObject>[0] &
  Parameters<typeof paperBookObject>[0] &
  Parameters<typeof tapeIndexObject>[0] &
  Parameters<typeof priceBoardObject>[0] &
  Parameters<typeof tapeObject>[0] &
  Parameters<typeof throttleObject>[0] &
  Parameters<typeof transfersObject>[0];

/** How many shards of the audit trail there are. */
export function auditShardCounts(env: {
  readonly AUDIT_SHARDS: string;
  readonly AUDIT_SHARDS_EU?: string;
}): ShardCounts {
  return { world: Number(env.AUDIT_SHARDS), eu: Number(env.AUDIT_SHARDS_EU ?? 0) };
}

/** Addresses of books by symbol, because a new text is hashed and interned in each look-up. */
const bookAddresses = new Map<string, string>();
const BOOK_ADDRESSES_KEPT = 10_000;

/** Addresses of actors; journals and envelopes store them. */
export const accountAddress = (accountId: AccountId): string => `account/${accountId}`;
export function bookAddress(symbol: string): string {
  let address = bookAddresses.get(symbol);
  if (address === undefined) {
    address = `book/${symbol}`;
    if (bookAddresses.size < BOOK_ADDRESSES_KEPT) bookAddresses.set(symbol, address);
  }
  return address;
}
/** Addresses of paper actors. No live actor has such an address, nor reaches one. */
const PAPER = "paper-";
export const paperAccountAddress = (accountId: AccountId): string => `${PAPER}account/${accountId}`;
export const paperBookAddress = (symbol: string): string => `${PAPER}book/${symbol}`;
export const isPaperAddress = (address: string): boolean => address.startsWith(PAPER);
export const auditAddress = (shard: number): string => `audit/${shard}`;
export const transfersAddress = (region: Region): string => `transfers/${region}`;
export const houseAddress = (name: string): string => `house/${name}`;

/** Namespaces of all actors. */
export type ActorEnv = {
  ACCOUNT: Namespace;
  ORDER_BOOK: Namespace;
  AUDIT_SHARD: Namespace;
  TRANSFERS: Namespace;
  HOUSE_ACCOUNT: Namespace;
} & JurisdictionEnv;

/**
 * The actors by the first part of their address. An actor that is listed here can be sent messages and be reconciled.
 */
const ACTORS: Readonly<Record<string, (env: ActorEnv, name: string) => ActorStub>> = {
  account: liveAccountObject,
  book: orderBookObject,
  audit: (env, shard) => {
    const stub = auditShardObject(env, Number(shard));
    return {
      deliver: (envelope) => stub.deliverTexts(envelope),
      inspect: () => stub.inspect(),
      reconcile: (request) => stub.reconcile(request),
    };
  },
  transfers: (env, name) => transfersObject(env, regionNamed(name)),
  house: houseObject,
};

/** Namespaces of paper actors. */
export type PaperEnv = { PAPER_ACCOUNT: Namespace; PAPER_BOOK: Namespace } & JurisdictionEnv;

/** The actors that paper actors can send messages to: the table of the live ones has none of them. */
const PAPER_ACTORS: Readonly<Record<string, (env: PaperEnv, name: string) => ActorStub>> = {
  "paper-account": paperAccountObject,
  "paper-book": paperBookObject,
};

/** An actor as other actors call it. */
export interface ActorStub extends ActorRpc {
  deliver(envelope: Envelope<never>): Promise<Envelope<unknown>>;
}

/** Any actor, by its address. */
export function actorObject(env: ActorEnv, address: string): ActorRpc {
  return actorStub(env, address);
}

/** The same with the method that takes messages, for other actors. */
export function actorStub(env: ActorEnv, address: string): ActorStub {
  return stubIn(ACTORS, env, address);
}

/** A paper actor, for other paper actors. Throws for the address of a live one. */
export function paperActorStub(env: PaperEnv, address: string): ActorStub {
  return stubIn(PAPER_ACTORS, env, address);
}

function stubIn<Env>(
  actors: Readonly<Record<string, (env: Env, name: string) => ActorStub>>,
  env: Env,
  address: string,
): ActorStub {
  const slash = address.indexOf("/");
  const kind = address.slice(0, Math.max(0, slash));
  const actor = Object.hasOwn(actors, kind) ? actors[kind] : undefined;
  if (actor === undefined) throw new Error(`no actor has the address ${address}`);
  return actor(env, address.slice(slash + 1));
}

function regionNamed(name: string): Region {
  const region = REGIONS.find((each) => each === name);
  if (region === undefined) throw new Error(`no region is named ${name}`);
  return region;
}
