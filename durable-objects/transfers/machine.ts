import type { TransferCommand, TransferNotice } from "../../domain/transfers/messages.ts";
import type { Transfer } from "../../domain/transfers/transfer.ts";
import {
  applyNotice,
  applyTransferEntry,
  loadTransfers,
  newTransfers,
  type SavedTransfers,
  saveTransfers,
  type TransferEntry,
  type TransferOutputs,
  type TransfersState,
} from "../../domain/transfers/transfers.ts";
import type { Effects, Machine } from "../actor/machine.ts";
import { accountAddress } from "../actor/namespaces.ts";

/** What the object stores with a commit. */
export type TransferEvent =
  | { readonly kind: "changed"; readonly transfer: Transfer }
  | { readonly kind: "removed"; readonly id: string };

/** The transfers of a region, as the actor kernel runs them. */
export const transfersMachine: Machine<TransfersState, TransferEntry, TransferNotice, TransferCommand, TransferEvent> =
  {
    initial: newTransfers,
    applyLocal: (state, entry, now, effects) => applyTransferEntry(state, entry, now, outputs(effects)),
    applyMessage: (state, _from, notice, now, effects) => applyNotice(state, notice, now, outputs(effects)),
    save: saveTransfers,
    load: (saved) => loadTransfers(saved as SavedTransfers),
  };

function outputs(effects: Effects<TransferCommand, TransferEvent>): TransferOutputs {
  return {
    command: (accountId, command) => effects.send(accountAddress(accountId), command),
    changed: (transfer) => effects.emit({ kind: "changed", transfer }),
    removed: (id) => effects.emit({ kind: "removed", id }),
  };
}
