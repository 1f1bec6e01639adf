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
  /** Liquidation violations have audit records of their own; absent in accounts of earlier releases until their upgrade. */
  auditsLiquidations?: true;
}

/** The saved form; absent in snapshots of earlier releases and while settlement has not begun. */
export type SavedAccountSettlement = SavedSettlement & { readonly exempt?: true; readonly auditsLiquidations?: true };

export function saveAccountSettlement(settlement: AccountSettlement | null): SavedAccountSettlement | undefined {
  if (settlement === null) return undefined;
  return {
    ...saveSettlement(settlement.record),
    ...(settlement.exempt && { exempt: true }),
    ...(settlement.auditsLiquidations && { auditsLiquidations: true }),
  };
}

export function loadAccountSettlement(saved: SavedAccountSettlement | undefined): AccountSettlement | null {
  if (saved === undefined) return null;
  const { exempt, auditsLiquidations } = saved;
  const settlement: AccountSettlement = { record: loadSettlement(saved), exempt: exempt === true };
  if (auditsLiquidations) settlement.auditsLiquidations = true;
  return settlement;
}
