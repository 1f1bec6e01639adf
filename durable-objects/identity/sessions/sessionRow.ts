/** A session as it is stored. */
import type { AccountId } from "../../../domain/ids.ts";
import { type Scope, SCOPES } from "../../../protocol/auth/principal.ts";

export interface SessionRow {
  readonly id: string;
  readonly kind: "person" | "app";
  readonly createdAt: number;
  readonly usedAt: number;
  readonly expiresAt: number;
  readonly device: string;
  readonly proofs: string;
  readonly steppedUpAt: number | null;
  readonly scopes: readonly Scope[] | null;
  readonly clientId: string | null;
  readonly accountId: AccountId | null;
  readonly salt: string;
  readonly refresh: string;
  readonly previous: string | null;
  readonly rotatedAt: number;
}

/** Where a session was used last. Stored encrypted. */
export interface SessionDevice {
  readonly ip: string;
  readonly userAgent: string;
  readonly label: string | null;
}

export function readSessionRow(row: Record<string, unknown>): SessionRow {
  const text = (name: string): string | null => (typeof row[name] === "string" ? row[name] : null);
  const scopes = text("scopes")?.split(" ") ?? null;
  return {
    id: String(row["id"]),
    kind: row["kind"] === "app" ? "app" : "person",
    createdAt: Number(row["created_at"]),
    usedAt: Number(row["used_at"]),
    expiresAt: Number(row["expires_at"]),
    device: String(row["device"]),
    proofs: String(row["proofs"]),
    steppedUpAt: typeof row["stepped_up_at"] === "number" ? row["stepped_up_at"] : null,
    scopes: scopes === null ? null : SCOPES.filter((scope) => scopes.includes(scope)),
    clientId: text("client_id"),
    accountId: text("account_id"),
    salt: String(row["salt"]),
    refresh: String(row["refresh"]),
    previous: text("previous"),
    rotatedAt: Number(row["rotated_at"]),
  };
}
