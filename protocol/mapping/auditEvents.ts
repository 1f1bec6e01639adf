/** Events of the audit trail, from their lines. */
import { AUDIT_FIELDS, AUDIT_FIELDS_1, FIELD_SEPARATOR } from "../audit/line.ts";
import type { FoundEvent } from "../rpc/trailSearch.ts";
import type { WireAuditEvent } from "../wire/audit.ts";

type Facts = Record<string, unknown>;

export function auditEventToWire({ line, hash }: FoundEvent): WireAuditEvent {
  const fields = line.split(FIELD_SEPARATOR);
  const of = (name: (typeof AUDIT_FIELDS)[number]): string => fields[AUDIT_FIELDS.indexOf(name)] ?? "";
  const balances = (text: string): Facts | null => (text === "" ? null : (JSON.parse(text) as Facts));
  const actorId = of("actor_id");
  return {
    shard: Number(of("shard")),
    seq: Number(of("seq")),
    event_id: of("event_id"),
    at: new Date(Number(of("at"))).toISOString(),
    user_id: of("user_id"),
    account_id: of("account_id"),
    action: of("action"),
    resource: of("resource"),
    result: of("result"),
    actor:
      fields.length <= AUDIT_FIELDS_1
        ? null
        : {
            user_id: actorId === "" ? null : actorId,
            credential_kind: of("credential_kind"),
            credential_id: of("credential_id"),
          },
    request_id: of("request_id"),
    ip_address: of("ip_address"),
    user_agent: of("user_agent"),
    body: balances(of("body")) ?? {},
    before: balances(of("before")),
    after: balances(of("after")),
    hash,
  };
}
