/** The requests of a transfers actor on SQLite, without a kernel: entries are applied at once, commands are kept. */
import { applyNotice, applyTransferEntry, newTransfers, type TransferEntry } from "../domain/transfers/transfers.ts";
import type { TransferCommand, TransferNotice } from "../domain/transfers/messages.ts";
import { decideDepositRequest, type DepositRequest } from "../domain/transfers/decide.ts";
import type { Origin } from "../domain/account/state/events.ts";
import { TransferRequests, type TransferPorts } from "../durable-objects/transfers/service.ts";
import { TransferStore } from "../durable-objects/transfers/store.ts";
import { approvalView } from "../durable-objects/transfers/views.ts";
import type { ApprovalView } from "../protocol/rpc/approvals.ts";
import { SEEDED } from "../domain/market/listing.ts";
import { storage } from "./objectStorage.ts";

export interface TransferWorld {
  now(): number;
  check: TransferPorts["check"];
  /** What an account answers a command with; null: it is away. */
  account(command: TransferCommand): TransferNotice | null;
}

export function transferActor(world: TransferWorld, db?: Parameters<typeof storage>[0]) {
  const store = new TransferStore(storage(db).sql);
  const state = newTransfers();
  const commands: { readonly accountId: string; readonly command: TransferCommand }[] = [];
  const unsent: TransferCommand[] = [];
  const out = {
    command: (accountId: string, command: TransferCommand) => {
      commands.push({ accountId, command });
      unsent.push(command);
    },
    changed: (transfer: Parameters<TransferStore["put"]>[0]) => store.put(transfer),
    removed: (id: string) => store.remove(id),
  };
  const apply = (entries: readonly TransferEntry[]) => {
    for (const entry of entries) applyTransferEntry(state, entry, world.now(), out);
  };
  /** Sends what accounts have not answered. */
  const send = () => {
    for (const command of unsent.splice(0)) {
      const notice = world.account(command);
      if (notice === null) unsent.push(command);
      else applyNotice(state, notice, world.now(), out);
      if (notice === null) return false;
    }
    return true;
  };
  let made = 0;
  const requests = new TransferRequests({
    known: store,
    now: () => world.now(),
    newId: () => `t${++made}`,
    instruments: async () => SEEDED,
    execute: async (decide) => {
      const { entries, outcome } = decide(state, world.now());
      apply(entries);
      return outcome;
    },
    awaitAccount: async () => send(),
    check: (asked) => world.check(asked),
    encryptOrigin: async (_accountId, origin) => ({ ...origin, ip: `v1.${origin.ip}` }),
  });
  return {
    store,
    state,
    commands,
    requests,
    send,
    tell: (notice: TransferNotice) => applyNotice(state, notice, world.now(), out),
    notified: (id: string) => apply([{ kind: "notified", id }]),
    /** Requests a deposit at once. */
    deposit: (asked: DepositRequest, origin: Origin): ApprovalView => {
      const { entries, outcome } = decideDepositRequest(asked, store, `t${++made}`, world.now(), origin, SEEDED);
      apply(entries);
      if (!outcome.ok) throw new Error(outcome.refusal.reason);
      return approvalView(store.byId(outcome.value.transfer.id) ?? outcome.value.transfer);
    },
    list: (...asked: Parameters<TransferStore["list"]>) => store.list(...asked).map(approvalView),
  };
}
