import type { CredentialKind } from "../../domain/actor.ts";
import type { BalanceSnapshot } from "../../domain/account/state/balanceSnapshot.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import { FIELD_SEPARATOR } from "../../protocol/audit/line.ts";

/** The record that an account has sent as this text. */
export function recordOfText(text: string): AuditRecord {
  const [eventId = "", at, userId = "", accountId = "", ...more] = text.split(FIELD_SEPARATOR);
  const [action = "", resource = "", result, ip = "", userAgent = "", requestId = "", ...values] = more;
  const [body = "", before = "", after = "", version, actorId = "", credentialKind, credentialId = ""] = values;
  return {
    eventId,
    at: Number(at),
    userId,
    accountId,
    action,
    resource,
    result: result as AuditRecord["result"],
    ip,
    userAgent,
    requestId,
    ...(version === undefined
      ? {}
      : { actor: { userId: actorId, credentialKind: credentialKind as CredentialKind, credentialId } }),
    body: JSON.parse(body) as AuditRecord["body"],
    before: balances(before),
    after: balances(after),
  };
}

function balances(text: string): BalanceSnapshot | null {
  return text === "" ? null : (JSON.parse(text) as BalanceSnapshot);
}
