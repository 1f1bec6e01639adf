/** Notices of the trading stream about balances and positions. They have no market prices: those come from the books. */
import type { AccountId } from "../../domain/ids.ts";
import type { AccountView, PositionView } from "../rpc/account.ts";
import type { AccountNotice } from "../rpc/relay.ts";
import { holdingsToWire } from "./accounts.ts";

/** `version` grows with each change of the account: a notice with a lower one is older. */
export function accountUpdateNotice(view: AccountView, version: number): AccountNotice {
  const { positions: _, ...balances } = holdingsToWire({ ...view, positions: [] });
  return { stream: "account_updates", data: { ...balances, version } };
}

/** The positions that have changed, as they are now. */
export function positionUpdatesNotice(
  accountId: AccountId,
  positions: readonly PositionView[],
  version: number,
): AccountNotice {
  const empty = { accountId, accountNumber: "", createdAt: 0, cash: 0, cashHeld: 0 };
  const { positions: changed } = holdingsToWire({ ...empty, positions });
  return { stream: "position_updates", data: { id: accountId, positions: changed, version } };
}
