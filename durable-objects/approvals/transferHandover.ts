/**
 * Rows of deposits and withdrawals, pending or decided, from a release without transfers actors are handed over to the
 * actors of their regions. They are here when this object has slept since then. A row is deleted when the actor has
 * committed it, and an actor adopts each id once, so an interrupted handover continues. A new exchange has no such rows.
 */
import type { Transfer, TransferDecision, TransferResult } from "../../domain/transfers/transfer.ts";
import type { Region } from "../../protocol/ids/region.ts";
import { regionOfAccount } from "../../protocol/ids/residency.ts";
import type { Deposit } from "../../protocol/rpc/account.ts";
import type { TransfersRpc } from "../../protocol/rpc/transfers.ts";
import type { Sql } from "../actor/sql.ts";
import { EXPIRES_MS } from "./approvalTable.ts";

/** Rows of one call: far below what a commit and an RPC may hold. */
const BATCH_ROWS = 100;

export interface HandoverPorts {
  readonly sql: Sql;
  transfers(region: Region): Pick<TransfersRpc, "adopt">;
}

export class TransferHandover {
  readonly #ports: HandoverPorts;
  #running: Promise<void> | null = null;

  constructor(ports: HandoverPorts) {
    this.#ports = ports;
  }

  /** Whether anything is to be handed over. */
  get pending(): boolean {
    return this.#rows(1).length > 0;
  }

  /** Hands over all there is. Rejects when an actor cannot be reached; then the rest stays. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  async #run(): Promise<void> {
    for (let rows = this.#rows(BATCH_ROWS); rows.length > 0; rows = this.#rows(BATCH_ROWS)) {
      const transfers = rows.map(transferOf);
      for (const region of new Set(transfers.map(({ accountId }) => regionOfAccount(accountId)))) {
        const own = transfers.filter(({ accountId }) => regionOfAccount(accountId) === region);
        await this.#ports.transfers(region).adopt(own);
        for (const { id } of own) this.#ports.sql.exec("DELETE FROM approval WHERE id = ?", id);
      }
    }
  }

  #rows(limit: number): Record<string, unknown>[] {
    const query = "SELECT * FROM approval WHERE kind IN ('deposit', 'withdrawal') ORDER BY seq LIMIT ?";
    return [...this.#ports.sql.exec(query, limit)];
  }
}

function transferOf(row: Record<string, unknown>): Transfer {
  const text = (name: string): string | null => (typeof row[name] === "string" ? row[name] : null);
  const {
    withdrawalId = null,
    reference,
    symbol,
    amount,
  } = JSON.parse(String(row["body"])) as Deposit & {
    readonly withdrawalId?: string;
  };
  const accountId = String(row["account_id"]);
  const requestedAt = Number(row["asked_at"]);
  const [key, fingerprint] = [text("request_key"), text("fingerprint")];
  return {
    id: String(row["id"]),
    kind: row["kind"] === "withdrawal" ? "withdrawal" : "deposit",
    accountId,
    // That release had one account for each user, with the user's id.
    ownerId: accountId,
    reference,
    symbol,
    amount,
    withdrawalId,
    requestedBy: String(row["asked_by"]),
    requestedRoute: text("asked_route"),
    requestedAt,
    expiresAt: requestedAt + EXPIRES_MS,
    requestId: String(row["request_id"]),
    request: key === null || fingerprint === null ? null : { key, fingerprint },
    origin: null,
    // Its gateway notified the owner before it proposed a withdrawal.
    notified: true,
    decision: decisionOf(row),
    decidedBy: text("decided_by"),
    decidedAt: typeof row["decided_at"] === "number" ? row["decided_at"] : null,
    result: resultOf(row),
    refusal: text("refusal"),
  };
}

function decisionOf({ state }: Record<string, unknown>): TransferDecision | null {
  if (state === "pending") return null;
  return state === "rejected" || state === "expired" ? state : "approved";
}

/** A decided row with a time for the next attempt has not been executed. */
function resultOf({ state, due_at: due }: Record<string, unknown>): TransferResult | null {
  if (state === "booked") return "posted";
  if (state === "failed") return "refused";
  return (state === "rejected" || state === "expired") && due === null ? "voided" : null;
}
