/** Checks of what each account has recorded, against what it has. */
import { expect } from "vitest";
import { PRICE_DECIMALS } from "../../domain/decimal.ts";
import type { Trader } from "../rig/traders.ts";
import { holdings, recomputed } from "../upgrade/recomputed.ts";
import { exact } from "./lots.ts";

interface Settlement {
  readonly settled: string;
  readonly unsettled: readonly { readonly amount: string }[];
}

/**
 * Of every trader, cash and each position with its cost follow from the exported activities alone; settled and unsettled
 * cash are all cash.
 */
export async function checkRecords(url: string, traders: readonly Trader[]): Promise<void> {
  for (const { keyId, secret } of traders) {
    const headers = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": secret };
    const ask = async (method: string, path: string): Promise<unknown> =>
      (await fetch(url + path, { method, headers })).json();
    const { cash, positions } = await holdings(ask, headers);
    expect(await recomputed(url, headers)).toMatchObject({ cash, positions });
    const { settled, unsettled } = (await ask("GET", "/v1/account/settlement")) as Settlement;
    const amounts = [settled, ...unsettled.map(({ amount }) => amount)];
    const sum = amounts.reduce((total, amount) => total + exact(amount, PRICE_DECIMALS), 0);
    expect(sum).toBe(exact(cash, PRICE_DECIMALS));
  }
}
