/** The settlement of an account within its state. */
import { loadSettlement, type SavedSettlement, saveSettlement } from "../../settlement/savedSettlement.ts";
import type { Settlement } from "../../settlement/settlement.ts";

export interface AccountSettlement {
  readonly record: Settlement;
  /**
   * The account of a market maker: no violation is counted, and purchases of all kinds use all cash (Regulation T,
   * 12 CFR 220.1(b)(3), exempts brokers and dealers). Withdrawals need settled cash as in every account.
   */
  exempt: boolean;
}

/** The saved form; absent in snapshots of earlier releases and while settlement has not begun. */
export type SavedAccountSettlement = SavedSettlement & { readonly exempt?: true };

export function saveAccountSettlement(settlement: AccountSettlement | null): SavedAccountSettlement | undefined {
  if (settlement === null) return undefined;
  const saved = saveSettlement(settlement.record);
  return settlement.exempt ? { ...saved, exempt: true } : saved;
}

export function loadAccountSettlement(saved: SavedAccountSettlement | undefined): AccountSettlement | null {
  return saved === undefined ? null : { record: loadSettlement(saved), exempt: saved.exempt === true };
}
