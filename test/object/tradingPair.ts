import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { ticketWith } from "../../domain/account/testing.ts";
import { NO_ORIGIN } from "../../domain/account/state/origin.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

/** Two accounts of which one sells a share to the other, at the reference price, with each call of what is returned. */
export async function pairOf(symbol: string): Promise<() => Promise<void>> {
  const open = async (): Promise<Principal> => {
    const accountId = crypto.randomUUID();
    const who: Principal = { userId: accountId, accountId, roles: ["trader"] };
    const account = accountObject(env, accountId);
    await account.open(accountId, NO_ORIGIN);
    await account.deposit(who, { reference: "cash", symbol: null, amount: "100000" }, NO_ORIGIN);
    await account.deposit(who, { reference: "lots", symbol, amount: "100" }, NO_ORIGIN);
    return who;
  };
  const [seller, buyer] = [await open(), await open()];
  const limitPrice = String(requireInstrument(symbol).referencePrice / 10_000);
  const submit = async (who: Principal, side: "buy" | "sell") => {
    const ticket = ticketWith({ symbol, side, qty: "1", limitPrice, clientOrderId: crypto.randomUUID() });
    expect(await accountObject(env, who.accountId).submitOrder(who, ticket, NO_ORIGIN)).toMatchObject({ ok: true });
  };
  return async () => {
    await submit(seller, "sell");
    await submit(buyer, "buy");
  };
}
