import type { Mutant } from "./mutants.ts";

/** Faults planted in the movement of money. */
export const transferMutants: readonly Mutant[] = [
  {
    name: "account: a withdrawal is held and not sent to the transfers actor",
    file: "domain/account/ledger/withdrawals.ts",
    find: "  if (entry.transfers !== undefined) {\n",
    replace: '  if (entry.transfers === "") {\n',
  },
  {
    name: "account: a withdrawal that is voided keeps its hold",
    file: "domain/account/ledger/withdrawals.ts",
    find: '  move(state.ledger, CASH, "held", wanted',
    replace: '  if (wanted === "settled") move(state.ledger, CASH, "held", wanted',
  },
  {
    name: "account: a withdrawal that is posted leaves twice",
    file: "domain/account/ledger/withdrawals.ts",
    find: 'wanted === "settled" ? "outside" : "available", amount);',
    replace: 'wanted === "settled" ? "outside" : "available", wanted === "settled" ? 2 * amount : amount);',
  },
  {
    name: "account: a withdrawal that is voided is paid out",
    file: "domain/account/ledger/withdrawals.ts",
    find: 'wanted === "settled" ? "outside" : "available", amount);',
    replace: '"outside", amount);',
  },
  {
    name: "account: the transfers actor is not told how a withdrawal ended",
    file: "domain/account/ledger/postings.ts",
    find: '  else out.transfer(from, { kind: "transfer_ended", transferId, ...end(state, command, now, out) });\n',
    replace: "  else end(state, command, now, out);\n",
  },
  {
    name: "transfers: cash that its receiver has got is released to the payer as well",
    file: "domain/transfers/ownTransfer.ts",
    find: 'credit === "posted" ? "post_withdrawal" : "void_withdrawal"',
    replace: '"void_withdrawal" as "post_withdrawal" | "void_withdrawal"',
  },
  {
    name: "transfers: cash that its receiver has refused leaves the payer",
    file: "domain/transfers/ownTransfer.ts",
    find: 'credit === "posted" ? "post_withdrawal" : "void_withdrawal"',
    replace: '"post_withdrawal" as "post_withdrawal" | "void_withdrawal"',
  },
  {
    name: "transfers: the receiver is not offered the cash",
    file: "domain/transfers/transfers.ts",
    find: "    return out.command(to, commandToReceiver(own));\n",
    replace: "    return;\n",
  },
  {
    name: "account: cash of another owner's account is taken",
    file: "durable-objects/account/transferService.ts",
    find: "payer.ownerId !== state.userId",
    replace: "payer.ownerId === ''",
  },
  {
    name: "transfers: no alarm is set for a deadline",
    file: "durable-objects/transfers/object.ts",
    find: "    if (due !== null) this.#alarms.armBy(due);\n",
    replace: "",
  },
  {
    name: "transfers: a restart from a snapshot forgets deadlines",
    file: "domain/transfers/transfers.ts",
    find: "open.map((transfer) => [transfer.id, transfer])",
    replace: "open.map((transfer) => [transfer.id, { ...transfer, expiresAt: Infinity }])",
  },
  {
    name: "transfers: a transfer expires a second early",
    file: "domain/transfers/decide.ts",
    find: "decision === null && expiresAt <= now)",
    replace: "decision === null && expiresAt - 1_000 <= now)",
  },
  {
    name: "transfers: a transfer is decided after its deadline",
    file: "domain/transfers/decide.ts",
    find: '  if (transfer.expiresAt <= now) return refused({ reason: "approval_decided" });\n',
    replace: "",
  },
  {
    name: "transfers: an ended transfer is decided again",
    file: "domain/transfers/decide.ts",
    find: "  if (transfer.decision !== null) {\n    const repeated",
    replace: "  if (transfer.decision !== null && transfer.result === null) {\n    const repeated",
  },
  {
    name: "transfers: a decision is not sent to the account",
    file: "domain/transfers/transfers.ts",
    find: "  command(decided, origin, out);\n",
    replace: "",
  },
  {
    name: "transfers: administrators see a withdrawal before its owner was notified",
    file: "durable-objects/transfers/store.ts",
    find: 'kind !== "own" && (notified || decision !== null) ? 1 : 0;',
    replace: 'kind !== "own" ? 1 : 0;',
  },
];
