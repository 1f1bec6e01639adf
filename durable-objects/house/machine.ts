import {
  applyFees,
  applyHouseEntry,
  type HouseEntry,
  type HouseOutputs,
  type HouseState,
  loadHouse,
  newHouse,
  type SavedHouse,
  saveHouse,
} from "../../domain/house/houseAccount.ts";
import type { FeesSwept } from "../../domain/house/messages.ts";
import type { AccountId } from "../../domain/ids.ts";
import { type AuditText, auditText } from "../../protocol/audit/line.ts";
import type { Effects, Machine } from "../actor/machine.ts";

/** What the object stores with a commit. */
export interface HouseEvent {
  readonly swept: FeesSwept;
}

const ACCOUNT = "account/";

/** A house account as the actor kernel runs it. Its first commit opens it. */
export function houseMachine(
  accountId: AccountId,
  auditAddress: string,
): Machine<HouseState, HouseEntry, FeesSwept, AuditText, HouseEvent> {
  return {
    initial: newHouse,
    upgradeEntries: (state) => (state.accountId === "" ? [{ kind: "house_opened", accountId, auditAddress }] : []),
    applyLocal: (state, entry, now, effects) => applyHouseEntry(state, entry, now, outputs(effects)),
    applyMessage: (state, from, swept, now, effects) => {
      if (!from.startsWith(ACCOUNT)) throw new Error(`${from} is no account`);
      applyFees(state, from.slice(ACCOUNT.length), swept, now, outputs(effects));
    },
    save: saveHouse,
    load: (saved) => loadHouse(saved as SavedHouse),
  };
}

function outputs(effects: Effects<AuditText, HouseEvent>): HouseOutputs {
  return {
    audit: (address, record) => effects.send(address, auditText(record)),
    received: (swept) => effects.emit({ swept }),
  };
}
