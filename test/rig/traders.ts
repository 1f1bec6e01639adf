/** Funded accounts, created through the public API. */
import { randomUUID } from "node:crypto";
import { exchangeApi } from "../../dev/api.ts";
import type { Key } from "../../dev/credentials.ts";

/** The administrator of the rig. */
export const ADMIN = "admin@rig.test";
export const PASSWORD = "correct horse battery staple";

export interface Trader extends Key {
  readonly email: string;
  readonly accountId: string;
}

export interface Funds {
  /** Decimal strings: dollars, and shares of each symbol. */
  readonly dollars: string;
  readonly shares: Readonly<Record<string, string>>;
}

/** Makes and funds `count` traders: half a second each, because passwords are hashed. */
export async function makeTraders(
  url: string,
  bootstrapSecret: string,
  count: number,
  funds: Funds,
): Promise<Trader[]> {
  const api = exchangeApi(url, 4);
  try {
    await api.bootstrapAdmin(bootstrapSecret, ADMIN, PASSWORD);
    const by = { admin: { bearer: await api.signIn(ADMIN, PASSWORD) } };
    const traders: Trader[] = [];
    for (let i = 0; i < count; i++) {
      const email = `trader-${randomUUID()}@rig.test`;
      await api.createUser(by, email, PASSWORD, "market_maker");
      const key = await api.createKey(await api.signIn(email, PASSWORD));
      const { id: accountId } = await api.account(key);
      await api.deposit(by, accountId, "cash", funds.dollars);
      for (const [symbol, amount] of Object.entries(funds.shares)) {
        await api.deposit(by, accountId, symbol, amount, symbol);
      }
      traders.push({ ...key, email, accountId });
    }
    return traders;
  } finally {
    api.close();
  }
}

/** A new API key of the administrator that `makeTraders` has made. */
export async function adminKey(url: string): Promise<Key> {
  const api = exchangeApi(url, 1);
  try {
    return await api.createKey(await api.signIn(ADMIN, PASSWORD));
  } finally {
    api.close();
  }
}
