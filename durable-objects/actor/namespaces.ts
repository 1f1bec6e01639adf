/**
 * The one place that picks an object by name. Place and jurisdiction are decided here and nowhere else
 * (jurisdictions throw in local workerd, so their bypass will live here too).
 */
import type { AccountRpc, AuditShardRpc, IdentityRpc, OrderBookRpc, RelayRpc } from "../../protocol/rpc.ts";

/** Books and accounts live in the venue's region: an order makes one long trip, and the rest is short. */
const VENUE: DurableObjectLocationHint = "enam";

/** Structural: any namespace whose stubs answer the methods of T. */
interface Namespace {
  getByName(name: string, options?: { locationHint?: DurableObjectLocationHint }): unknown;
}

export function accountObject(env: { ACCOUNT: Namespace }, accountId: string): AccountRpc {
  return env.ACCOUNT.getByName(accountId, { locationHint: VENUE }) as AccountRpc;
}

export function orderBookObject(env: { ORDER_BOOK: Namespace }, symbol: string): OrderBookRpc {
  return env.ORDER_BOOK.getByName(symbol, { locationHint: VENUE }) as OrderBookRpc;
}

export function auditShardObject(env: { AUDIT_SHARD: Namespace }, shard: number): AuditShardRpc {
  return env.AUDIT_SHARD.getByName(String(shard), { locationHint: VENUE }) as AuditShardRpc;
}

/** `route` is the opaque name of a login's object; API key ids carry it (protocol/keys.ts). */
export function identityObject(env: { IDENTITY: Namespace }, route: string): IdentityRpc {
  return env.IDENTITY.getByName(route) as IdentityRpc;
}

/** Relays live beside their viewers, so no hint: the first viewer's edge decides. */
export function relayObject<T extends Namespace>(
  env: { RELAY: T },
  relay: string,
): RelayRpc & ReturnType<T["getByName"]> {
  return env.RELAY.getByName(relay) as RelayRpc & ReturnType<T["getByName"]>;
}
